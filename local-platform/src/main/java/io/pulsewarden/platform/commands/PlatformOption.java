package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.servers.ServerFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which data folder a command is about. */
final class PlatformOption {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The platform's data folder; default: .pulsewarden in the checkout.")
  private @Nullable Path directory;

  DataFolder folder() {
    Path given = directory;
    return new DataFolder(
        given == null ? ServerFiles.ofThisBuild().root().resolve(".pulsewarden") : given);
  }

  /** The folder of a platform that was started before. */
  DataFolder existing() {
    DataFolder folder = folder();
    if (!folder.exists()) {
      throw new PlatformException(
          "no platform in " + folder.root() + "; './pulsewarden up' makes one");
    }
    return folder;
  }
}
