package io.pulsewarden.logexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.logverifier.BadLogException;
import io.pulsewarden.logverifier.HttpTree;
import io.pulsewarden.logverifier.LogVerifier;
import io.pulsewarden.logverifier.MirrorLog;
import io.pulsewarden.logverifier.Report;
import io.pulsewarden.logverifier.TreeSource;
import io.pulsewarden.logverifier.TreeTarget;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3TargetTest {

  private static final int EARLIER = 300;
  private static final String PREFIX = "hospital/log/";

  /** Three bundles, three tiles of leaf hashes, one above them, the checkpoint. */
  private static final int STEPS = 8;

  private static final Duration SIX_YEARS = Duration.ofDays(2192);

  private final SmallLog log = new SmallLog();
  private final List<byte[]> entries = SmallLog.entries("entry", 900);
  private final S3StandIn server = S3StandIn.start(true);
  private final S3Client s3 = client(S3StandIn.SECRET);

  S3TargetTest() throws Exception {}

  @BeforeEach
  void copyEarlier() throws Exception {
    copy(log.tree(entries.subList(0, EARLIER)), target());
  }

  @AfterEach
  void stop() {
    s3.close();
    server.close();
  }

  @Test
  void shouldCopyALogThatAStrangerVerifies() throws Exception {
    // When
    assertThat(copy(log.tree(entries), target())).isEqualTo(900);

    // Then it is good, has grown from the earlier one, and was published last
    assertThat(verify().problems()).isEmpty();
    assertThat(verify().size()).isEqualTo(900);
    assertThat(server.puts().getLast()).isEqualTo(PREFIX + "checkpoint");
    assertThat(server.versions(PREFIX + "checkpoint")).hasSize(2);
  }

  @Test
  void shouldAddWhatIsNewAlone() throws Exception {
    // Given
    List<String> before = server.puts();
    List<String> asked = new ArrayList<>();
    TreeSource whole = log.tree(entries);

    // When
    copy(
        path -> {
          asked.add(path);
          return whole.read(path);
        },
        target());

    // Then
    List<String> added = server.puts().subList(before.size(), server.puts().size());
    assertThat(added)
        .containsExactly(
            PREFIX + "tile/entries/001",
            PREFIX + "tile/0/001",
            PREFIX + "tile/entries/002",
            PREFIX + "tile/0/002",
            PREFIX + "tile/entries/003.p/132",
            PREFIX + "tile/0/003.p/132",
            PREFIX + "tile/1/000.p/3",
            PREFIX + "checkpoint");
    assertThat(asked).doesNotContain("tile/entries/000", "tile/0/000");

    // And nothing if nothing is new
    copy(whole, target());
    assertThat(server.puts()).hasSize(before.size() + added.size());
  }

  @Test
  void shouldLockEveryObjectSoThatNobodyCanDeleteIt() {
    Instant sixYears = Instant.now(Clock.systemUTC()).plus(SIX_YEARS);
    for (String key : server.puts()) {
      S3StandIn.Version version = server.versions(key).getLast();

      assertThat(version.mode()).isEqualTo("COMPLIANCE");
      assertThat(version.until())
          .isBetween(sixYears.minus(Duration.ofHours(1)), sixYears.plus(Duration.ofHours(1)));
      assertThatThrownBy(
              () ->
                  s3.deleteObject(
                      delete -> delete.bucket(S3StandIn.BUCKET).key(key).versionId(version.id())))
          .isInstanceOf(S3Exception.class)
          .hasMessageContaining("403");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGoOnFromWhereverItWasCutOff(boolean done) throws Exception {
    int cuts = 0;
    boolean died = true;
    while (died) {
      // Given a copy whose exporter dies at each of its steps in turn, undone or done
      cuts++;
      String prefix = "cut-" + done + cuts + "/";
      copy(log.tree(entries.subList(0, EARLIER)), target(prefix));
      died = dies(new DyingTarget(target(prefix), cuts, done));
      boolean published = !died || (done && cuts == STEPS);
      assertThat(verify(prefix).problems()).isEmpty();
      assertThat(verify(prefix).size()).isEqualTo(published ? entries.size() : EARLIER);

      // When, then the next one completes it
      assertThat(copy(log.tree(entries), target(prefix))).isEqualTo(entries.size());
      assertThat(verify(prefix).problems()).isEmpty();
      assertThat(verify(prefix).size()).isEqualTo(entries.size());
    }
    assertThat(cuts).isEqualTo(STEPS + 1);
  }

  @Test
  void shouldTakeNoHarmFromAnAnswerThatWasLost() throws Exception {
    server.loseAnswers(3);

    assertThat(copy(log.tree(entries), target())).isEqualTo(900);

    assertThat(verify().problems()).isEmpty();
    assertThat(server.versions(PREFIX + "tile/entries/001")).hasSize(1);
  }

  @Test
  void shouldNotReplaceACopyByALogThatWasRolledBack() throws Exception {
    assertRefused(log.tree(entries.subList(0, 299)), "rolled back");
  }

  @Test
  void shouldNotReplaceACopyByALogThatWasForked() throws Exception {
    List<byte[]> early = new ArrayList<>(entries);
    early.set(7, new byte[] {1});
    List<byte[]> late = new ArrayList<>(entries);
    late.set(290, new byte[] {1});

    assertRefused(log.tree(early), "signed root");
    assertRefused(log.tree(late), "forked");
    assertRefused(log.tree(late.subList(0, EARLIER)), "forked");
  }

  @Test
  void shouldNotAddWhatDoesNotHashToTheSignedRoot() throws Exception {
    TreeSource whole = log.tree(entries);
    assertRefused(path -> flipped(whole, path, "tile/0/002"), "signed root");

    // A bundle is found when its turn comes: nothing of it is added, and the rest is good
    assertThatThrownBy(() -> copy(path -> flipped(whole, path, "tile/entries/002"), target()))
        .isInstanceOf(BadLogException.class)
        .hasMessageContaining("does not hash");
    assertThat(server.versions(PREFIX + "tile/entries/002")).isEmpty();
    assertThat(verify().size()).isEqualTo(EARLIER);
    assertThat(copy(whole, target())).isEqualTo(900);
    assertThat(verify().problems()).isEmpty();
  }

  @Test
  void shouldPublishWhereTagsAreComparedWithoutQuotes() throws Exception {
    server.compareBareTags();
    assertThat(copy(log.tree(entries), target())).isEqualTo(900);
    assertThat(verify().size()).isEqualTo(900);
  }

  @Test
  void shouldNotMixItsCopyWithAnotherOne() throws Exception {
    // Given somebody who publishes between this one's reading and its publishing
    S3Target late = target();
    var _ = late.read("checkpoint");
    copy(log.tree(entries.subList(0, 400)), target());

    // When, then
    assertThatThrownBy(() -> late.publish(note(entries)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another exporter");
    assertThat(verify().size()).isEqualTo(400);

    // And an object with other bytes is never taken for ours
    server.replace(PREFIX + "tile/0/002", new byte[] {1});
    assertThatThrownBy(() -> copy(log.tree(entries), target()))
        .isInstanceOf(BadLogException.class)
        .hasMessageContaining("another tile/0/002");
  }

  @Test
  void shouldAskForALockThatTheBucketHas() throws Exception {
    target().requireLock();
    try (S3StandIn open = S3StandIn.start(false);
        S3Client without = client(open, S3StandIn.SECRET)) {
      assertThatThrownBy(() -> target(without, PREFIX, ObjectLock.Mode.COMPLIANCE).requireLock())
          .hasMessageContaining("no object lock");
      target(without, PREFIX, ObjectLock.Mode.NONE).requireLock();
    }
  }

  @Test
  void shouldSayWhyTheBucketRefuses() throws IOException {
    try (S3Client stranger = client("another secret")) {
      assertThatThrownBy(
              () -> target(stranger, PREFIX, ObjectLock.Mode.COMPLIANCE).read("checkpoint"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("403 SignatureDoesNotMatch")
          .hasMessageNotContaining("another secret");
    }
  }

  private boolean dies(TreeTarget dying) throws Exception {
    try {
      copy(log.tree(entries), dying);
      return false;
    } catch (DyingTarget.DiedException died) {
      return true;
    }
  }

  private void assertRefused(TreeSource source, String why) throws Exception {
    List<String> before = server.puts();

    assertThatThrownBy(() -> copy(source, target()))
        .isInstanceOf(BadLogException.class)
        .hasMessageContaining(why);
    assertThat(server.puts()).isEqualTo(before);
  }

  private static Optional<byte[]> flipped(TreeSource whole, String path, String which)
      throws IOException {
    Optional<byte[]> file = whole.read(path).map(byte[]::clone);
    if (path.equals(which)) {
      file.ifPresent(bytes -> bytes[bytes.length - 1] ^= 1);
    }
    return file;
  }

  private long copy(TreeSource source, TreeTarget to) throws Exception {
    return new MirrorLog(source, log.key(), to).copy();
  }

  private Report verify() throws Exception {
    return verify(PREFIX);
  }

  private Report verify(String prefix) throws Exception {
    return new LogVerifier(
            log.key(), Optional.of(note(entries.subList(0, EARLIER))), Optional.empty())
        .verify(new HttpTree(server.url(prefix), Optional::empty, Optional.empty()));
  }

  private byte[] note(List<byte[]> of) throws Exception {
    return log.tree(of).read("checkpoint").orElseThrow();
  }

  private S3Target target() {
    return target(PREFIX);
  }

  private S3Target target(String prefix) {
    return target(s3, prefix, ObjectLock.Mode.COMPLIANCE);
  }

  private static S3Target target(S3Client client, String prefix, ObjectLock.Mode mode) {
    return new S3Target(
        client,
        Bucket.parse("s3://" + S3StandIn.BUCKET + "/" + prefix),
        new ObjectLock(mode, SIX_YEARS, Clock.systemUTC()));
  }

  private S3Client client(String secret) throws IOException {
    return client(server, secret);
  }

  private static S3Client client(S3StandIn to, String secret) throws IOException {
    return S3Clients.builder(Optional.of(to.endpoint()))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(S3StandIn.KEY_ID, secret)))
        .build();
  }
}
