package io.pulsewarden.platform.launch;

import org.jspecify.annotations.Nullable;

/**
 * How a platform is started.
 *
 * @param freePorts let ports be chosen where the usual ones are taken, or at a first start
 * @param askPassphrase ask the terminal for the passphrase of the keys
 * @param vault keeps the key-encryption keys; null for what the data folder began with
 */
public record UpOptions(boolean freePorts, boolean askPassphrase, @Nullable VaultOptions vault) {}
