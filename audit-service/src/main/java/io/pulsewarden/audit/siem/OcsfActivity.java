package io.pulsewarden.audit.siem;

import java.util.List;

/**
 * Which OCSF class and activity an action of the contract is: by its code's ending, so that an
 * action that is added later has a place too (docs/formats/ocsf.md).
 */
record OcsfActivity(int classUid, int activity) {

  static final int APPLICATION_LIFECYCLE = 6002;
  static final int API_ACTIVITY = 6003;
  static final int AUTHENTICATION = 3002;
  static final int ENTITY_MANAGEMENT = 3004;
  static final int DETECTION_FINDING = 2004;
  static final int OTHER = 99;

  private static final int CREATE = 1;
  private static final int READ = 2;
  private static final int UPDATE = 3;
  private static final int DELETE = 4;
  private static final List<String> READS =
      List.of("_READ", "_SEARCHED", "_HANDED_OUT", "KEYS_DENIED");
  private static final List<String> CREATES =
      List.of("_CREATED", "_REGISTERED", "_ISSUED", "_ADDED", "_IMPORTED", "_PLACED", "_REQUESTED");
  private static final List<String> DELETES =
      List.of(
          "_REVOKED",
          "_DESTROYED",
          "_PURGED",
          "_DECOMMISSIONED",
          "_ENDED",
          "_WITHDRAWN",
          "_TRIMMED",
          "_LIFTED");

  static OcsfActivity of(String action) {
    return switch (action) {
      case "SESSION_OPENED", "SESSION_REFUSED" -> new OcsfActivity(AUTHENTICATION, 1);
      case "SESSION_CLOSED" -> new OcsfActivity(AUTHENTICATION, 2);
      case "VITALS_STORED" -> new OcsfActivity(API_ACTIVITY, CREATE);
      default -> byEnding(action);
    };
  }

  private static OcsfActivity byEnding(String action) {
    if (action.isEmpty() || Character.isDigit(action.charAt(0)) || action.equals("UNSPECIFIED")) {
      return new OcsfActivity(API_ACTIVITY, OTHER);
    }
    if (READS.stream().anyMatch(action::endsWith)) {
      return new OcsfActivity(API_ACTIVITY, READ);
    }
    if (CREATES.stream().anyMatch(action::endsWith)) {
      return new OcsfActivity(ENTITY_MANAGEMENT, CREATE);
    }
    return new OcsfActivity(
        ENTITY_MANAGEMENT, DELETES.stream().anyMatch(action::endsWith) ? DELETE : UPDATE);
  }

  int category() {
    return classUid / 1000;
  }

  long type() {
    return classUid * 100L + activity;
  }
}
