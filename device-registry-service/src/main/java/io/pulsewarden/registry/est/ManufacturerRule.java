package io.pulsewarden.registry.est;

/** Why a manufacturer's certificate proves nothing. */
enum ManufacturerRule {
  NOT_TRUSTED("idevid-not-trusted", "No trusted authority of a manufacturer signed it."),
  NO_SERIAL_NUMBER("idevid-without-serial-number", "Its subject has no serialNumber."),
  /** The device is not registered, or under another manufacturer or organisation. */
  UNKNOWN("idevid-device-unknown", "No device of this manufacturer has its serial number."),
  AMBIGUOUS(
      "idevid-ambiguous",
      "Several organisations have the device: use the path with the organisation's label.");

  private final String code;
  private final String detail;

  ManufacturerRule(String code, String detail) {
    this.code = code;
    this.detail = detail;
  }

  String code() {
    return code;
  }

  String detail() {
    return detail;
  }
}
