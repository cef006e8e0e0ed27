package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/** One mount of Vault's PKI engine: issuers, roles, and the endpoints that sign. */
final class PkiEngine implements Engine {

  private static final Pattern SIGN =
      Pattern.compile(
          "issuer/([\\w-]+)/(sign-verbatim|sign-revocation-list|sign-intermediate|sign/([\\w-]+))");

  /** A certificate in the mount, with its key if it was made here. */
  static final class Issuer {
    final X509Certificate certificate;
    final @Nullable KeyPair keys;
    List<String> lists = List.of();
    List<String> responders = List.of();

    Issuer(X509Certificate certificate, @Nullable KeyPair keys) {
      this.certificate = certificate;
      this.keys = keys;
    }
  }

  private final Map<String, Issuer> issuers = new LinkedHashMap<>();
  private final Map<String, JsonNode> roles = new LinkedHashMap<>();
  private final List<KeyPair> waiting = new ArrayList<>();
  private final PkiSigning signing;
  private final PkiRole byRole;
  private final PkiRevocationList revocations;
  private String byDefault = "";

  PkiEngine(Clock clock) {
    PkiDraft draft = new PkiDraft(clock);
    this.signing = new PkiSigning(draft, clock);
    this.byRole = new PkiRole(draft);
    this.revocations = new PkiRevocationList(clock);
  }

  @Override
  public Answer answer(String method, String path, JsonNode body) {
    try {
      return switch (path) {
        case "issuers" -> listed();
        case "config/issuers" -> configured(method, body);
        case "root/generate/internal" -> root(body);
        case "intermediate/generate/internal" -> request(body);
        case "intermediate/set-signed" -> imported(body);
        default ->
            path.startsWith("roles/")
                ? role(method, path.substring("roles/".length()), body)
                : issuer(method, path, body);
      };
    } catch (PkiRefused refused) {
      return Answer.error(400, refused.getMessage() + "; was asked " + body);
    } catch (GeneralSecurityException
        | IOException
        | OperatorCreationException
        | PKCSException broken) {
      return Answer.error(500, "1 error occurred: " + broken);
    }
  }

  void forgetRoles() {
    roles.clear();
  }

  private Answer listed() {
    ArrayNode keys = Answer.JSON.createArrayNode();
    issuers.keySet().forEach(keys::add);
    return Answer.data((ObjectNode) Answer.JSON.createObjectNode().set("keys", keys));
  }

  private Answer configured(String method, JsonNode body) {
    if (method.equals("POST")) {
      byDefault = body.path("default").asText();
    }
    return Answer.data(Answer.JSON.createObjectNode().put("default", byDefault));
  }

  private Answer root(JsonNode body)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    KeyPair keys = PkiKeys.keys(body.path("key_bits").asInt());
    Issuer issuer = new Issuer(signing.root(keys, body), keys);
    return Answer.data(
        Answer.JSON
            .createObjectNode()
            .put("issuer_id", add(issuer))
            .put("certificate", Pems.certificate(issuer.certificate)));
  }

  private Answer request(JsonNode body)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    KeyPair keys = PkiKeys.keys(body.path("key_bits").asInt());
    waiting.add(keys);
    return Answer.data(Answer.JSON.createObjectNode().put("csr", PkiRequest.make(keys, body)));
  }

  private Answer imported(JsonNode body) {
    ArrayNode ids = Answer.JSON.createArrayNode();
    X509Certificate certificate = Pems.readCertificate(body.path("certificate").asText());
    KeyPair keys =
        waiting.stream()
            .filter(pair -> pair.getPublic().equals(certificate.getPublicKey()))
            .findAny()
            .orElse(null);
    ids.add(add(new Issuer(certificate, keys)));
    return Answer.data((ObjectNode) Answer.JSON.createObjectNode().set("imported_issuers", ids));
  }

  /** The first is the default. */
  private String add(Issuer issuer) {
    String id = UUID.randomUUID().toString();
    issuers.put(id, issuer);
    if (byDefault.isEmpty()) {
      byDefault = id;
    }
    return id;
  }

  private Answer role(String method, String name, JsonNode body) {
    if (method.equals("POST")) {
      roles.put(name, body);
    }
    JsonNode role = roles.get(name);
    return role == null ? Answer.absent() : Answer.data((ObjectNode) role);
  }

  private Answer issuer(String method, String path, JsonNode body)
      throws GeneralSecurityException,
          IOException,
          OperatorCreationException,
          PKCSException,
          PkiRefused {
    Matcher sign = SIGN.matcher(path);
    if (!sign.matches()) {
      return described(method, path.substring("issuer/".length()), body);
    }
    Issuer issuer = issuers.get(sign.group(1));
    if (issuer == null || issuer.keys == null) {
      return Answer.error(500, "unable to find PKI issuer for reference: " + sign.group(1));
    }
    return switch (sign.group(2)) {
      case "sign-verbatim" -> certificate(signing.verbatim(issuer, body));
      case "sign-intermediate" -> certificate(signing.intermediate(issuer, body));
      case "sign-revocation-list" ->
          Answer.data(Answer.JSON.createObjectNode().put("crl", revocations.sign(issuer, body)));
      default -> {
        JsonNode role = roles.get(sign.group(3));
        yield role == null
            ? Answer.error(400, "unknown role: " + sign.group(3))
            : certificate(byRole.sign(issuer, role, body));
      }
    };
  }

  private Answer described(String method, String id, JsonNode body) {
    Issuer issuer = issuers.get(id);
    if (issuer == null) {
      return Answer.error(500, "unable to find PKI issuer for reference: " + id);
    }
    if (method.equals("POST")) {
      issuer.lists = PkiNames.strings(body.path("crl_distribution_points"));
      issuer.responders = PkiNames.strings(body.path("ocsp_servers"));
    }
    ObjectNode data =
        Answer.JSON
            .createObjectNode()
            .put("issuer_id", id)
            .put("key_id", issuer.keys == null ? "" : "key-" + id)
            .put("certificate", Pems.certificate(issuer.certificate));
    ArrayNode chain = data.putArray("ca_chain");
    chain.add(Pems.certificate(issuer.certificate));
    issuers.values().stream()
        .filter(other -> other != issuer)
        .filter(
            other ->
                other
                    .certificate
                    .getSubjectX500Principal()
                    .equals(issuer.certificate.getIssuerX500Principal()))
        .forEach(other -> chain.add(Pems.certificate(other.certificate)));
    return Answer.data(data);
  }

  private static Answer certificate(X509Certificate certificate) {
    return Answer.data(
        Answer.JSON.createObjectNode().put("certificate", Pems.certificate(certificate)));
  }
}
