package io.pulsewarden.logverifier;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command line. */
public final class Main {

  private static final int GOOD = 0;
  private static final int BAD_LOG = 1;
  private static final int UNUSABLE = 2;
  private static final int SHOWN_PROBLEMS = 20;
  private static final Set<String> OPTIONS =
      Set.of(
          "--key",
          "--since",
          "--service-ca",
          "--ca",
          "--token-file",
          "--to",
          "--witnesses",
          "--quorum",
          "--name",
          "--listen");
  private static final String USAGE =
      """
      usage: log-verifier verify URL|DIR --key KEY [--since CHECKPOINT] [--service-ca PEM]
                                         [--ca PEM] [--token-file FILE]
                                         [--witnesses KEY,... [--quorum N]]
             log-verifier mirror URL|DIR --key KEY --to DIR [--ca PEM] [--token-file FILE]
             log-verifier witness DIR --key KEY --name NAME [--listen HOST:PORT]

        --key         the log's verifier key, or a file that holds it; not from the log itself
        --since       a checkpoint that was kept earlier: the log must have grown from it
        --service-ca  the CA that vouches for the services that sign their chains
        --ca          the CA of the server's certificate
        --witnesses   keys of witnesses; --quorum of them (default: all) must have cosigned
        --name        the witness's name; DIR is where it keeps its key and what it cosigned
        --listen      where the witness listens (default: localhost:8450)
        --token-file  a file with the access token; read again at each request

      Exit status: 0 all is well, 1 the log is not what it says, 2 it could not be checked.\
      """;

  private final PrintStream out;

  private Main(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out));
  }

  static int run(List<String> arguments, PrintStream out) {
    try {
      return new Main(out).run(arguments);
    } catch (IllegalArgumentException | IOException | GeneralSecurityException unusable) {
      out.println("could not be checked: " + unusable.getMessage());
      return UNUSABLE;
    } catch (BadLogException bad) {
      out.println("WRONG: " + new Problem(bad.index(), String.valueOf(bad.getMessage())));
      return BAD_LOG;
    }
  }

  private int run(List<String> arguments)
      throws IOException, GeneralSecurityException, BadLogException {
    Map<String, String> options = options(arguments);
    String keyOption = options.get("--key");
    if (arguments.size() < 2 || keyOption == null) {
      out.println(USAGE);
      return UNUSABLE;
    }
    VerifierKey key = VerifierKey.parse(textOrFile(keyOption));
    return switch (arguments.getFirst()) {
      case "verify" -> verify(source(arguments.get(1), options), key, options);
      case "witness" -> witness(Path.of(arguments.get(1)), key, options);
      case "mirror" -> mirror(source(arguments.get(1), options), key, options.get("--to"));
      default -> {
        out.println(USAGE);
        yield UNUSABLE;
      }
    };
  }

  private int verify(TreeSource source, VerifierKey key, Map<String, String> options)
      throws IOException, GeneralSecurityException {
    String since = options.get("--since");
    String serviceCa = options.get("--service-ca");
    Report report =
        new LogVerifier(
                key,
                since == null ? Optional.empty() : Optional.of(Files.readAllBytes(Path.of(since))),
                serviceCa == null
                    ? Optional.empty()
                    : Optional.of(ServiceCa.read(Path.of(serviceCa))))
            .witnessedBy(witnesses(options), quorum(options))
            .verify(source);
    out.printf("log      %s%n", report.origin());
    out.printf("entries  %d%n", report.size());
    out.printf(
        "chains   %d of producers, %d not closed, %d newest records not under a signed head yet%n",
        report.chains(), report.openChains(), report.unsigned());
    if (report.unchained() > 0) {
      out.printf("note     %d entries belong to no producer's chain%n", report.unchained());
    }
    if (!report.findings().isEmpty()) {
      out.printf("findings %d that the log has of itself%n", report.findings().size());
      report.findings().stream()
          .limit(SHOWN_PROBLEMS)
          .forEach(finding -> out.println("note     " + finding));
    }
    if (serviceCa == null) {
      out.println("note     without --service-ca nobody vouches for the producers' certificates");
    }
    report.problems().stream()
        .limit(SHOWN_PROBLEMS)
        .forEach(problem -> out.println("WRONG    " + problem));
    out.println(
        report.good()
            ? "GOOD     every entry, tile, root, checkpoint and chain was checked"
            : "BAD      " + report.problems().size() + " problem(s)");
    return report.good() ? GOOD : BAD_LOG;
  }

  private static List<VerifierKey> witnesses(Map<String, String> options) {
    String keys = options.getOrDefault("--witnesses", "");
    return Stream.of(keys.split(","))
        .filter(text -> !text.isBlank())
        .map(VerifierKey::parseWitness)
        .toList();
  }

  private static int quorum(Map<String, String> options) {
    String given = options.get("--quorum");
    return given == null ? witnesses(options).size() : Integer.parseInt(given);
  }

  /** Serves until it is stopped. */
  private int witness(Path folder, VerifierKey log, Map<String, String> options)
      throws IOException, GeneralSecurityException {
    String name = options.get("--name");
    if (name == null) {
      throw new IllegalArgumentException("--name is missing");
    }
    String[] listen = options.getOrDefault("--listen", "localhost:8450").split(":", 2);
    Witness witness = Witness.open(name, folder, List.of(log), Clock.systemUTC());
    try (WitnessServer server =
        WitnessServer.start(
            witness, new InetSocketAddress(listen[0], Integer.parseInt(listen[1])))) {
      out.printf("witness  %s%n", witness.verifierKey());
      out.printf("serving  http://%s:%d/add-checkpoint%n", listen[0], server.port());
      new CountDownLatch(1).await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return GOOD;
  }

  private int mirror(TreeSource source, VerifierKey key, @Nullable String to)
      throws IOException, BadLogException {
    if (to == null) {
      throw new IllegalArgumentException("--to is missing");
    }
    long size = new MirrorLog(source, key, new FolderTarget(Path.of(to))).copy();
    out.printf("copied   %d entries to %s%n", size, to);
    return GOOD;
  }

  private static TreeSource source(String where, Map<String, String> options)
      throws IOException, GeneralSecurityException {
    if (!where.startsWith("https://") && !where.startsWith("http://")) {
      return new FolderTree(Path.of(where));
    }
    String tokenFile = options.get("--token-file");
    return new HttpTree(
        URI.create(where),
        () -> tokenFile == null ? Optional.empty() : Optional.of(token(Path.of(tokenFile))),
        Optional.ofNullable(options.get("--ca")).map(Path::of));
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("the token file can't be read", unreadable);
    }
  }

  private static String textOrFile(String value) throws IOException {
    Path file = Path.of(value);
    return Files.isRegularFile(file) ? Files.readString(file) : value;
  }

  private static Map<String, String> options(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    for (int i = 2; i < arguments.size(); i += 2) {
      if (!OPTIONS.contains(arguments.get(i)) || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("not an option with a value: " + arguments.get(i));
      }
      options.put(arguments.get(i), arguments.get(i + 1));
    }
    return options;
  }
}
