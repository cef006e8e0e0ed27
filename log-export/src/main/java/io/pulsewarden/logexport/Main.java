package io.pulsewarden.logexport;

import io.pulsewarden.logverifier.BadLogException;
import io.pulsewarden.logverifier.FolderTree;
import io.pulsewarden.logverifier.HttpTree;
import io.pulsewarden.logverifier.MirrorLog;
import io.pulsewarden.logverifier.TreeSource;
import io.pulsewarden.logverifier.VerifierKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** The command line. */
@Command(
    name = "export-log",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Copies a log into an S3-compatible bucket, or brings the copy up to date.",
      "Credentials come from the environment or the profile, as for AWS' own tools.",
      "Exit status: 0 all is well, 1 the log is not what it says or not the copy's, 2 it could not"
          + " be copied."
    })
public final class Main implements Callable<Integer> {

  private static final int GOOD = 0;
  private static final int BAD_LOG = 1;
  private static final int UNUSABLE = 2;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "URL|DIR", description = "the log, or a copy of it")
  private String from = "";

  @Option(names = "--key", required = true, description = "the log's verifier key, or its file")
  private String key = "";

  @Option(names = "--to", required = true, paramLabel = "s3://BUCKET[/PREFIX]")
  private String to = "";

  @Option(names = "--ca", description = "the CA of the log's server")
  private @Nullable Path ca;

  @Option(names = "--token-file", description = "the access token; read again at each request")
  private @Nullable Path tokenFile;

  @Option(names = "--endpoint", description = "of an S3 server that is not AWS")
  private @Nullable URI endpoint;

  @Option(names = "--endpoint-ca", description = "the CA of that server")
  private @Nullable Path endpointCa;

  @Option(names = "--region", description = "default: the environment's or the profile's")
  private @Nullable String region;

  @Option(
      names = "--lock",
      defaultValue = "COMPLIANCE",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private ObjectLock.Mode lock = ObjectLock.Mode.COMPLIANCE;

  @Option(
      names = "--retain-days",
      defaultValue = "2192",
      description = "how long each object is locked (default: six years)")
  private int retainDays;

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() {
    PrintWriter out =
        spec == null
            ? new PrintWriter(System.out, true, StandardCharsets.UTF_8)
            : spec.commandLine().getOut();
    try {
      long size = export();
      out.printf("copied   %d entries to %s%n", size, to);
      if (lock == ObjectLock.Mode.NONE) {
        out.println("note     without a lock, whoever may write to the bucket can change the copy");
      }
      return GOOD;
    } catch (BadLogException bad) {
      String where = bad.index() == BadLogException.NO_INDEX ? "" : "entry " + bad.index() + ": ";
      out.println("WRONG    " + where + bad.getMessage());
      return BAD_LOG;
    } catch (UncheckedIOException unreadable) {
      out.println("could not be copied: " + unreadable.getMessage());
      return UNUSABLE;
    } catch (IllegalArgumentException
        | IOException
        | GeneralSecurityException
        | SdkException unusable) {
      out.println("could not be copied: " + unusable.getMessage());
      return UNUSABLE;
    }
  }

  private long export() throws IOException, GeneralSecurityException, BadLogException {
    Bucket bucket = Bucket.parse(to);
    VerifierKey verifierKey = VerifierKey.parse(textOrFile(key));
    try (S3Client s3 =
        S3Clients.open(
            Optional.ofNullable(endpoint),
            Optional.ofNullable(region),
            Optional.ofNullable(endpointCa))) {
      S3Target target =
          new S3Target(
              s3, bucket, new ObjectLock(lock, Duration.ofDays(retainDays), Clock.systemUTC()));
      target.requireLock();
      return new MirrorLog(source(), verifierKey, target).copy();
    }
  }

  private TreeSource source() throws IOException, GeneralSecurityException {
    if (!from.startsWith("https://") && !from.startsWith("http://")) {
      return new FolderTree(Path.of(from));
    }
    Path file = tokenFile;
    return new HttpTree(
        URI.create(from),
        () -> file == null ? Optional.empty() : Optional.of(token(file)),
        Optional.ofNullable(ca));
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the token file can't be read", unreadable);
    }
  }

  private static String textOrFile(String value) throws IOException {
    Path file = Path.of(value);
    return Files.isRegularFile(file) ? Files.readString(file) : value;
  }
}
