namespace Lateen.Lateend.Webhooks;

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Reads and answers admission.k8s.io/v1 AdmissionReview.</summary>
internal static class AdmissionReview
{
    /// <summary>The API server's own limit on an object is 3 MiB; a review carries at most two.</summary>
    private const long LargestBodyBytes = 7 * 1024 * 1024;

    public static async Task HandleAsync(HttpContext http, Func<JsonObject, ValueTask<AdmissionAnswer>> decide)
    {
        if (http.Request.ContentLength > LargestBodyBytes)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        JsonObject? review;
        try
        {
            review = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject;
        }
        catch (JsonException e)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync($"not an AdmissionReview: {e.Message}", http.RequestAborted);
            return;
        }

        if (review?["request"] is not JsonObject request || request["uid"]?.ToString() is not { } uid)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync("not an AdmissionReview: request.uid is missing", http.RequestAborted);
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(Answer(uid, await decide(request)).ToJsonString(), http.RequestAborted);
    }

    private static JsonObject Answer(string uid, AdmissionAnswer answer)
    {
        var response = new JsonObject { ["uid"] = uid, ["allowed"] = answer.Refusal is null };
        if (answer.Refusal is not null)
        {
            response["status"] = new JsonObject { ["message"] = answer.Refusal, ["reason"] = answer.Reason, ["code"] = answer.Code };
        }
        else if (answer.Patch is { Count: > 0 } patch)
        {
            response["patchType"] = "JSONPatch";
            response["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(patch.ToJsonString()));
        }

        if (answer.Warnings.Count > 0)
        {
            response["warnings"] = new JsonArray([.. answer.Warnings.Select(w => (JsonNode)w)]);
        }

        return new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = response };
    }
}
