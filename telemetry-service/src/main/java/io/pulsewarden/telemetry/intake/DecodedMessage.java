package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.receipt.Receipt;
import java.util.List;

/** A message taken apart: what is to be sealed, and what its sender will be told. */
record DecodedMessage(List<OpenBatch> batches, List<OpenQuarantine> quarantine, Receipt receipt) {}
