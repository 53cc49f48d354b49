namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>Checks of webhook configurations; what this server cannot evaluate is refused here and not skipped later.</summary>
internal static class WebhookValidation
{
    public static void Check(JsonObject configuration, List<FieldError> errors)
    {
        int index = 0;
        foreach (JsonObject webhook in configuration.Arr("webhooks").Objects())
        {
            string path = $"webhooks[{index++}]";
            if ((webhook.Str("name") ?? "").Split('.').Length < 3)
            {
                errors.Add(FieldError.InvalidText($"{path}.name", webhook.Str("name") ?? "",
                    "should be a domain with at least three segments separated by dots"));
            }

            if (webhook.Arr("matchConditions") is { Count: > 0 })
            {
                errors.Add(FieldError.Forbidden($"{path}.matchConditions",
                    "CEL expressions are not evaluated by this cluster; use rules, namespaceSelector and objectSelector"));
            }

            if (webhook.Str("sideEffects") is not ("None" or "NoneOnDryRun"))
            {
                errors.Add(FieldError.NotSupported($"{path}.sideEffects", webhook["sideEffects"], ["None", "NoneOnDryRun"]));
            }

            if (!webhook.Arr("admissionReviewVersions").Strings().Contains("v1"))
            {
                errors.Add(FieldError.Invalid($"{path}.admissionReviewVersions", webhook["admissionReviewVersions"],
                    "must include at least one of v1"));
            }

            bool service = webhook.Obj("clientConfig", "service") is not null;
            bool url = webhook.Str("clientConfig", "url") is not null;
            if (service == url)
            {
                errors.Add(FieldError.Required($"{path}.clientConfig", "exactly one of url or service is required"));
            }
        }
    }
}
