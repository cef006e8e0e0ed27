package io.pulsewarden.registry.procurement;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.problem.Fields;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Procured devices, many at once, streamed. */
@Path(ImportResource.PATH)
@RolesAllowed("device-admin")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Devices")
class ImportResource {

  static final String PATH = "/v1/device-imports";

  private static final String CSV = "text/csv";
  private static final String NDJSON = "application/x-ndjson";

  private final ProcurementStore procured;
  private final Instance<Caller> caller;

  ImportResource(ProcurementStore procured, Instance<Caller> caller) {
    this.procured = procured;
    this.caller = caller;
  }

  @POST
  @Consumes({CSV, NDJSON})
  @RunOnVirtualThread
  @Operation(
      operationId = "importDevices",
      summary = "Import procured devices, up to 100,000 rows",
      description =
          "Good rows are imported, whatever is wrong with others. Sent again, it imports what is"
              + " missing.")
  @RequestBody(
      content = {
        @Content(
            mediaType = CSV,
            examples =
                @ExampleObject(
                    name = "csv",
                    value = "serialNumber,model,manufacturer,kind\nSN-1,PX-1,Acme,sensor\n")),
        @Content(
            mediaType = NDJSON,
            examples =
                @ExampleObject(
                    name = "ndjson",
                    value =
                        "{\"serialNumber\":\"SN-1\",\"model\":\"PX-1\",\"manufacturer\":\"Acme\"}"))
      })
  @APIResponse(responseCode = "200", description = "What became of each row")
  @APIResponse(
      responseCode = "400",
      description = "invalid-parameter, invalid-body: the CSV has no header, or the body broke off")
  @APIResponse(responseCode = "413", description = "body-too-large, too-many-rows")
  @APIResponse(responseCode = "415", description = "unsupported-media-type")
  public ImportReport run(
      @Parameter(description = "true: judge, and change nothing") @QueryParam("dryRun")
          @Nullable String dryRun,
      @HeaderParam(HttpHeaders.CONTENT_TYPE) String type,
      @Nullable InputStream body) {
    boolean dry = isDry(dryRun);
    Caller who = caller.get();
    UUID importId = UUID.randomUUID();
    InputStream sent = Fields.body(body);
    try {
      return new DeviceImport(
              isCsv(type) ? new CsvRows(sent) : new NdjsonRows(sent),
              batch -> dry ? procured.find(who, batch) : procured.insert(who, importId, batch))
          .run(dry);
    } catch (IOException brokenOff) {
      // Nobody may be there to read it; it is no failure of ours either.
      throw new ProblemException(
          ProblemType.INVALID_BODY.because(
              "The body broke off; whole thousands of rows before were judged as usual."));
    }
  }

  /** Media types are the same in any case (RFC 9110, section 8.3.1). */
  private static boolean isCsv(String type) {
    return type.regionMatches(true, 0, CSV, 0, CSV.length());
  }

  private static boolean isDry(@Nullable String text) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw new ProblemException(
        ProblemType.INVALID_PARAMETER.at("dryRun", "Has to be true or false."));
  }
}
