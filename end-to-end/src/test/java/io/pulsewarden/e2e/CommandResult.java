package io.pulsewarden.e2e;

/**
 * What a command left behind.
 *
 * @param output standard output and standard error, as they came
 */
record CommandResult(String command, int exitCode, String output) {

  CommandResult orFail() {
    if (exitCode != 0) {
      throw new AssertionError(command + " ended with " + exitCode + ":\n" + output);
    }
    return this;
  }
}
