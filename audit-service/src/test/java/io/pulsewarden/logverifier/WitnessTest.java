package io.pulsewarden.logverifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_764_000_000), ZoneOffset.UTC);

  @TempDir private Path folder;
  private final TestLog log = new TestLog();
  private final List<byte[]> entries = new ArrayList<>();

  WitnessTest() throws Exception {
    for (int i = 0; i < 20; i++) {
      entries.add(("entry " + i).getBytes(StandardCharsets.UTF_8));
    }
  }

  private Witness witness() throws Exception {
    return Witness.open("w.example/one", folder.resolve("state"), List.of(log.key()), CLOCK);
  }

  @BeforeEach
  void begin() throws Exception {
    assertThat(witness().addCheckpoint(request(0, 7)).status()).isEqualTo(200);
  }

  @Test
  void shouldCosignAGrowingLogEvenAfterAStartAnew() throws Exception {
    Witness.Answer answer = witness().addCheckpoint(request(7, 13));

    assertThat(answer.status()).isEqualTo(200);
    String cosigned = note(13) + answer.body();
    VerifierKey key = VerifierKey.parseWitness(witness().verifierKey());
    assertThat(Cosignatures.count(cosigned.getBytes(StandardCharsets.UTF_8), List.of(key)))
        .isEqualTo(1);
    assertThat(Checkpoint.open(cosigned.getBytes(StandardCharsets.UTF_8), log.key()).size())
        .isEqualTo(13);
    assertThat(
            Cosignatures.count(
                (note(12) + answer.body()).getBytes(StandardCharsets.UTF_8), List.of(key)))
        .isZero();
  }

  @Test
  void shouldCosignTheSameTreeAgainWithoutAProof() throws Exception {
    assertThat(witness().addCheckpoint(request(7, 7)).status()).isEqualTo(200);
  }

  @Test
  void shouldSayFromWhereTheLogHasToProve() throws Exception {
    Witness.Answer answer = witness().addCheckpoint(request(0, 13));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.contentType()).isEqualTo("text/x.tlog.size");
    assertThat(answer.body()).isEqualTo("7\n");
    assertThat(witness().addCheckpoint(request(3, 6)).status()).isEqualTo(409);
  }

  @Test
  void shouldNotCosignAForkOrAnotherTreeOfTheSameSize() throws Exception {
    List<byte[]> forked = new ArrayList<>(entries);
    forked.set(3, new byte[] {1});
    byte[] same = log.checkpoint(7, TestLog.treeHash(forked.subList(0, 7)));
    byte[] longer = log.checkpoint(13, TestLog.treeHash(forked.subList(0, 13)));

    assertThat(witness().addCheckpoint(request(7, List.of(), same)).status()).isEqualTo(409);
    assertThat(witness().addCheckpoint(request(7, proof(7, 13), longer)).status()).isEqualTo(422);
    assertThat(witness().addCheckpoint(request(7, List.of(), longer)).status()).isEqualTo(422);
    assertThat(witness().addCheckpoint(request(7, 13)).status()).isEqualTo(200);
  }

  @Test
  void shouldKnowItsLogsAndTheirKeys() throws Exception {
    TestLog stranger = new TestLog();
    byte[] forged = stranger.checkpoint(9, TestLog.treeHash(entries.subList(0, 9)));
    String other = new String(log.checkpoint(9, new byte[32]), StandardCharsets.UTF_8);

    assertThat(witness().addCheckpoint(request(7, List.of(), forged)).status()).isEqualTo(403);
    assertThat(
            witness()
                .addCheckpoint(
                    request(7, List.of(), ("x" + other).getBytes(StandardCharsets.UTF_8)))
                .status())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "old 7", "old 7\n", "old 07\n\n", "new 7\n\n", "old 7\n?\n\n", "old -1\n\n"})
  void shouldRefuseWhatIsNoRequest(String start) throws Exception {
    assertThat(witness().addCheckpoint(start.getBytes(StandardCharsets.UTF_8)).status())
        .isIn(400, 404);
    assertThat(witness().addCheckpoint((start + note(9)).getBytes(StandardCharsets.UTF_8)).status())
        .isNotEqualTo(200);
  }

  @Test
  void shouldRefuseAnOldSizeAboveTheNewOne() throws Exception {
    assertThat(
            witness()
                .addCheckpoint(request(9, List.of(), note(8).getBytes(StandardCharsets.UTF_8)))
                .status())
        .isEqualTo(400);
  }

  @Test
  void shouldLetOneOfManyAtOnceWin() throws Exception {
    // Given two trees that both extend the last one, and contradict each other
    Witness shared = witness();
    List<byte[]> forked = new ArrayList<>(entries);
    forked.set(8, new byte[] {1});
    byte[] fork = log.checkpoint(13, TestLog.treeHash(forked.subList(0, 13)));
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(() -> shared.addCheckpoint(request(7, 13)).status());
      calls.add(
          () -> shared.addCheckpoint(request(7, new TreeProof(forked).of(7, 13), fork)).status());
    }

    // When all ask at once
    try (var threads = Executors.newFixedThreadPool(4)) {
      int cosigned = 0;
      for (var answer : threads.invokeAll(calls)) {
        cosigned += answer.get() == 200 ? 1 : 0;
      }

      // Then one is cosigned
      assertThat(cosigned).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldContradictNothingWhenRecordingFailsThoughItWasDoneOrNot(boolean persisted)
      throws Exception {
    // Given a witness whose record fails, and two trees that contradict each other
    Witness failing =
        Witness.open(
            "w.example/one",
            folder.resolve("state"),
            List.of(log.key()),
            CLOCK,
            (file, bytes) -> {
              if (persisted) {
                Durable.replace(file, bytes);
              }
              throw new IOException("the step's answer was lost");
            });
    List<byte[]> forked = new ArrayList<>(entries);
    forked.set(8, new byte[] {1});
    byte[] fork = log.checkpoint(13, TestLog.treeHash(forked.subList(0, 13)));

    // When it fails, then nothing is cosigned
    assertThatThrownBy(() -> failing.addCheckpoint(request(7, 13)))
        .hasMessageContaining("answer was lost");

    // And one that begins anew cosigns what was recorded, or either of them where nothing was
    long recorded = persisted ? 13 : 7;
    assertThat(witness().addCheckpoint(request(0, 20)).body()).isEqualTo(recorded + "\n");
    if (persisted) {
      assertThat(witness().addCheckpoint(request(13, List.of(), fork)).status()).isEqualTo(409);
      assertThat(witness().addCheckpoint(request(13, 13)).status()).isEqualTo(200);
      assertThat(witness().addCheckpoint(request(13, 20)).status()).isEqualTo(200);
    } else {
      List<byte[]> proof = new TreeProof(forked).of(7, 13);
      assertThat(witness().addCheckpoint(request(7, proof, fork)).status()).isEqualTo(200);
      assertThat(witness().addCheckpoint(request(7, 13)).status()).isEqualTo(409);
    }
  }

  @Test
  void shouldShowWhatItCosignedLastToWhoeverAsks() throws Exception {
    String origin = note(7).lines().findFirst().orElseThrow();
    String name = HexFormat.of().formatHex(Hashes.sha256(origin.getBytes(UTF_8)));

    assertThat(witness().latest(name).orElseThrow()).asString(UTF_8).isEqualTo(note(7));
    assertThat(witness().addCheckpoint(request(7, 13)).status()).isEqualTo(200);
    assertThat(witness().latest(name).orElseThrow()).asString(UTF_8).isEqualTo(note(13));
    for (String other : List.of("", "../" + name, name.substring(1), "witness.key")) {
      assertThat(witness().latest(other)).as(other).isEmpty();
    }
  }

  @Test
  void shouldStopWhereItsOwnRecordIsBroken() throws Exception {
    try (var files = Files.list(folder.resolve("state"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".checkpoint")).toList()) {
        Files.write(file, new byte[] {1});
      }
    }

    assertThatThrownBy(() -> witness().addCheckpoint(request(7, 13)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldVerifyALogOnlyWithItsQuorum() throws Exception {
    Path tree = folder.resolve("tree");
    log.write(tree, entries.subList(0, 13));
    VerifierKey key = VerifierKey.parseWitness(witness().verifierKey());
    LogVerifier verifier =
        new LogVerifier(log.key(), Optional.empty(), Optional.empty()).witnessedBy(List.of(key), 1);

    assertThat(verifier.verify(new FolderTree(tree)).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("cosigned by 0"));
    String cosigned = note(13) + witness().addCheckpoint(request(7, 13)).body();
    Files.writeString(tree.resolve("checkpoint"), cosigned);
    assertThat(verifier.verify(new FolderTree(tree)).problems()).isEmpty();
  }

  private String note(int size) throws Exception {
    return new String(
        log.checkpoint(size, TestLog.treeHash(entries.subList(0, size))), StandardCharsets.UTF_8);
  }

  private byte[] request(int from, int to) throws Exception {
    List<byte[]> proof = from == 0 || from == to ? List.of() : proof(from, to);
    return request(from, proof, note(to).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] request(int from, List<byte[]> proof, byte[] note) {
    StringBuilder text = new StringBuilder("old " + from + "\n");
    proof.forEach(hash -> text.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
    return (text + "\n" + new String(note, StandardCharsets.UTF_8))
        .getBytes(StandardCharsets.UTF_8);
  }

  private List<byte[]> proof(int from, int to) throws Exception {
    return new TreeProof(entries).of(from, to);
  }

  /** SUBPROOF of RFC 6962, section 2.1.2, by its definition. */
  private record TreeProof(List<byte[]> leaves) {
    List<byte[]> of(int from, int to) throws Exception {
      List<byte[]> proof = new ArrayList<>();
      add(from, leaves.subList(0, to), true, proof);
      return proof;
    }

    private static void add(int from, List<byte[]> tree, boolean whole, List<byte[]> proof)
        throws Exception {
      if (from == tree.size()) {
        if (!whole) {
          proof.add(TestLog.treeHash(tree));
        }
        return;
      }
      int split = Integer.highestOneBit(tree.size() - 1);
      if (from <= split) {
        add(from, tree.subList(0, split), whole, proof);
        proof.add(TestLog.treeHash(tree.subList(split, tree.size())));
      } else {
        add(from - split, tree.subList(split, tree.size()), false, proof);
        proof.add(TestLog.treeHash(tree.subList(0, split)));
      }
    }
  }
}
