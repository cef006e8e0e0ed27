package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The log verifier as a program of its own, as an outsider runs it.
 *
 * @param data whose CAs vouch for the server and for the services' signed chains
 * @param key file with the log's verifier key
 * @param token file with an auditor's access token
 */
record LogVerifierProcess(DataFolder data, Path key, Path token) {

  private static final String MAIN = "io.pulsewarden.logverifier.Main";

  /** Exit status: 0 good, 1 the log is not what it says, 2 it could not be checked. */
  int verify(String urlOrFolder) throws IOException, InterruptedException {
    return run(
        "verify",
        urlOrFolder,
        List.of("--service-ca", data.ca("services").resolve("ca.crt").toString()));
  }

  int mirror(String url, Path folder) throws IOException, InterruptedException {
    return run("mirror", url, List.of("--to", folder.toString()));
  }

  private int run(String command, String where, List<String> more)
      throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(
            List.of(
                ServerFiles.java().toString(),
                "-cp",
                ServerFiles.ofThisBuild().root().resolve("log-verifier/target/classes").toString(),
                MAIN,
                command,
                where,
                "--key",
                key.toString(),
                "--ca",
                data.ca("edge").resolve("ca.crt").toString(),
                "--token-file",
                token.toString()));
    line.addAll(more);
    return new ProcessBuilder(line).inheritIO().start().waitFor();
  }
}
