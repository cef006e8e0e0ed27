package io.pulsewarden.logexport;

import io.pulsewarden.logverifier.BadLogException;
import io.pulsewarden.logverifier.TreeTarget;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A copy in an S3-compatible bucket. Objects are added only where none is, and the checkpoint only
 * replaces the one that was read, so that two exporters at once can't mix their copies; all of them
 * are locked. One thread.
 */
final class S3Target implements TreeTarget {

  private static final String CHECKPOINT = "checkpoint";
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;

  private final S3Client s3;
  private final Bucket bucket;
  private final ObjectLock lock;
  private @Nullable String checkpointTag;

  S3Target(S3Client s3, Bucket bucket, ObjectLock lock) {
    this.s3 = s3;
    this.bucket = bucket;
    this.lock = lock;
  }

  /** A copy that can be changed has to be asked for by name. */
  void requireLock() throws IOException {
    if (!lock.isOn()) {
      return;
    }
    try {
      var answer = s3.getObjectLockConfiguration(ask -> ask.bucket(bucket.name()));
      if ("Enabled".equals(answer.objectLockConfiguration().objectLockEnabledAsString())) {
        return;
      }
    } catch (S3Exception refused) {
      if (refused.statusCode() != NOT_FOUND || isNoBucket(refused)) {
        throw failed("the bucket's object lock can't be read", refused);
      }
    } catch (SdkException failed) {
      throw failed("the bucket can't be reached", failed);
    }
    throw new IOException(
        "the bucket has no object lock: whoever may write to it could change the copy");
  }

  private static boolean isNoBucket(S3Exception refused) {
    return "NoSuchBucket".equals(code(refused));
  }

  @Override
  public Optional<byte[]> read(String path) throws IOException {
    GetObjectRequest get =
        GetObjectRequest.builder().bucket(bucket.name()).key(bucket.key(path)).build();
    Optional<ResponseBytes<GetObjectResponse>> there;
    try {
      there = Optional.of(s3.getObjectAsBytes(get));
    } catch (S3Exception refused) {
      if (refused.statusCode() != NOT_FOUND || isNoBucket(refused)) {
        throw failed(path + " can't be read", refused);
      }
      there = Optional.empty();
    } catch (SdkException failed) {
      throw failed(path + " can't be read", failed);
    }
    if (path.equals(CHECKPOINT)) {
      checkpointTag = there.map(found -> found.response().eTag()).orElse(null);
    }
    return there.map(ResponseBytes::asByteArray);
  }

  /**
   * If the answer was lost and the request is made again, the object that is there has equal bytes.
   */
  @Override
  public void add(String path, byte[] bytes) throws IOException, BadLogException {
    if (!put(request(path, bytes).ifNoneMatch("*").build(), bytes)) {
      Optional<byte[]> there = read(path);
      if (there.isEmpty()) {
        throw new IOException(path + " is there and can't be read");
      }
      if (!Arrays.equals(there.get(), bytes)) {
        throw new BadLogException("the copy has another " + path);
      }
    }
  }

  @Override
  public void publish(byte[] note) throws IOException {
    PutObjectRequest.Builder request = request(CHECKPOINT, note).cacheControl("no-cache");
    String tag = checkpointTag;
    if (put((tag == null ? request.ifNoneMatch("*") : request.ifMatch(tag)).build(), note)
        || isPublished(note)) {
      return;
    }
    // Some servers compare the tag that they gave with quotes to one without: the checkpoint is the
    // one that was read, and the condition failed nevertheless.
    if (tag == null
        || !tag.equals(checkpointTag)
        || !put(request.ifMatch(tag.replace("\"", "")).build(), note)) {
      throw new IOException("another exporter replaced the checkpoint meanwhile");
    }
  }

  /** Ours, if an answer was lost and the request was made again; else somebody else's. */
  private boolean isPublished(byte[] note) throws IOException {
    return read(CHECKPOINT).filter(there -> Arrays.equals(there, note)).isPresent();
  }

  private PutObjectRequest.Builder request(String path, byte[] bytes) {
    return lock.on(
        PutObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.key(path))
            .contentType(path.equals(CHECKPOINT) ? "text/plain" : "application/octet-stream")
            .checksumSHA256(Base64.getEncoder().encodeToString(sha256(bytes))));
  }

  /** False if the condition does not hold. */
  private boolean put(PutObjectRequest request, byte[] bytes) throws IOException {
    try {
      var _ = s3.putObject(request, RequestBody.fromBytes(bytes));
      return true;
    } catch (S3Exception refused) {
      if (refused.statusCode() == PRECONDITION_FAILED) {
        return false;
      }
      throw failed(request.key() + " can't be added", refused);
    } catch (SdkException failed) {
      throw failed(request.key() + " can't be added", failed);
    }
  }

  private static IOException failed(String what, SdkException cause) {
    String why =
        cause instanceof S3Exception answer
            ? "HTTP status " + answer.statusCode() + " " + code(answer)
            : String.valueOf(cause.getMessage());
    return new IOException(what + ": " + why, cause);
  }

  private static String code(S3Exception answer) {
    return answer.awsErrorDetails() == null
        ? ""
        : String.valueOf(answer.awsErrorDetails().errorCode());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
