package io.pulsewarden.registry.procurement;

import io.pulsewarden.registry.device.DeviceDescription;

/** A row that can be taken, and the line where it begins. */
record ProcuredRow(int line, DeviceDescription device) {

  /** The same for the same device of an organisation, whatever its case of use. */
  String label() {
    return device.manufacturer() + '\u0000' + device.serialNumber();
  }
}
