package io.pulsewarden.logverifier;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
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
          "--listen",
          "--entry",
          "--tls-cert",
          "--tls-key");
  private static final String USAGE =
      """
      usage: log-verifier verify URL|DIR --key KEY [--since CHECKPOINT] [--service-ca PEM]
                                         [--ca PEM] [--token-file FILE]
                                         [--witnesses KEY,... [--quorum N]]
             log-verifier mirror URL|DIR --key KEY --to DIR [--ca PEM] [--token-file FILE]
             log-verifier verify-proof RECEIPT --key KEY --entry FILE
                                         [--witnesses KEY,... [--quorum N]]
             log-verifier verify-receipt FILE --key KEY [--witnesses KEY,... [--quorum N]]
             log-verifier witness DIR --key KEY --name NAME [--listen HOST:PORT]
                                         [--tls-cert PEM --tls-key PEM]

        --key         the log's verifier key, or a file that holds it; not from the log itself
        --since       a checkpoint that was kept earlier: the log must have grown from it
        --service-ca  the CA that vouches for the services that sign their chains; where there
                      were several, all of them in one file
        --ca          the CA of the server's certificate
        --witnesses   keys of witnesses; --quorum of them (default: all) must have cosigned
        --name        the witness's name; DIR is where it keeps its key and what it cosigned
        --listen      where the witness listens (default: localhost:8450)
        --tls-cert    the witness's certificate with its chain, and --tls-key its key (PKCS#8),
                      for HTTPS; without them it is plain HTTP
        --entry       the entry that the receipt is for, byte for byte
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
      case "verify-receipt" -> verifyReceipt(Path.of(arguments.get(1)), key, options);
      case "verify-proof" -> verifyProof(Path.of(arguments.get(1)), key, options);
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
    report.pruned().ifPresent(this::print);
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
            ? "GOOD     every entry%s, tile, root, checkpoint and chain was checked"
                .formatted(report.pruned().isPresent() ? " that is kept" : "")
            : "BAD      " + report.problems().size() + " problem(s)");
    return report.good() ? GOOD : BAD_LOG;
  }

  private void print(Report.Pruned pruned) {
    out.printf(
        "pruned   %d entries are not kept any more: the log signed that those below %d,"
            + " from before %s, need not be; %d heads can't be checked for that%n",
        pruned.missing(), pruned.minimum(), pruned.before(), pruned.unverifiable());
    pruned.doubtful().stream()
        .limit(SHOWN_PROBLEMS)
        .forEach(chain -> out.println("note     " + chain));
  }

  private int verifyProof(Path receipt, VerifierKey key, Map<String, String> options)
      throws IOException, BadLogException {
    String entry = options.get("--entry");
    if (entry == null) {
      throw new IllegalArgumentException("--entry is missing");
    }
    LogProof proof = LogProof.parse(Files.readAllBytes(receipt));
    Checkpoint checkpoint =
        proof.verify(Files.readAllBytes(Path.of(entry)), key, witnesses(options), quorum(options));
    out.printf(
        "GOOD     it is entry %d of the %d that %s had then%n",
        proof.index(), checkpoint.size(), checkpoint.origin());
    return GOOD;
  }

  private int verifyReceipt(Path file, VerifierKey key, Map<String, String> options)
      throws IOException, BadLogException {
    VitalsReceipt receipt = VitalsReceipt.parse(Files.readAllBytes(file));
    if (!receipt.isComplete()) {
      throw new IllegalArgumentException(
          "the receipt lacks the log's part, which who may read the log adds");
    }
    VitalsReceipt.Proven proven = receipt.verify(key, witnesses(options), quorum(options));
    ProvenReading first = proven.readings().getFirst();
    out.printf("device   %s%n", first.device());
    out.printf("subject  %s%n", first.subject());
    for (ProvenReading reading : proven.readings()) {
      out.printf("reading  %s  %s%n", reading.time(), reading.measured());
    }
    out.printf("stored   %s%n", proven.place());
    out.printf(
        "GOOD     entry %d of the %d that %s had then says so%n",
        proven.index(), proven.checkpoint().size(), proven.checkpoint().origin());
    return GOOD;
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
    Optional<SSLContext> tls = tls(options);
    Witness witness = Witness.open(name, folder, List.of(log), Clock.systemUTC());
    try (FileChannel folderLock = lock(folder);
        WitnessServer server =
            WitnessServer.start(
                witness, new InetSocketAddress(listen[0], Integer.parseInt(listen[1])), tls)) {
      out.printf("witness  %s%n", witness.verifierKey());
      out.printf(
          "serving  %s://%s:%d/add-checkpoint%n",
          tls.isPresent() ? "https" : "http", listen[0], server.port());
      while (folderLock.isOpen()) {
        new CountDownLatch(1).await();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return GOOD;
  }

  /** Two processes on one folder could both find that they cosigned the same last. */
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw new IOException("another witness works on " + folder);
    }
    return channel;
  }

  private static Optional<SSLContext> tls(Map<String, String> options)
      throws IOException, GeneralSecurityException {
    String certificate = options.get("--tls-cert");
    String key = options.get("--tls-key");
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--tls-cert and --tls-key go together");
    }
    return certificate == null || key == null
        ? Optional.empty()
        : Optional.of(ServerTls.of(Path.of(certificate), Path.of(key)));
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
