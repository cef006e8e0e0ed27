package io.pulsewarden.platform.launch;

/**
 * How a platform is started.
 *
 * @param freePorts let ports be chosen where the usual ones are taken, or at a first start
 * @param askPassphrase ask the terminal for the passphrase of the keys
 */
public record UpOptions(boolean freePorts, boolean askPassphrase) {}
