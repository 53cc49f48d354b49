namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lateen.Local.ApiServer.Json;

/// <summary>Checks of a CustomResourceDefinition.</summary>
internal static class CrdValidation
{
    public static void Check(JsonObject crd, JsonObject? old, List<FieldError> errors)
    {
        string group = crd.Str("spec", "group") ?? "";
        string plural = crd.Str("spec", "names", "plural") ?? "";
        if (crd.Name() != $"{plural}.{group}")
        {
            errors.Add(FieldError.InvalidText("metadata.name", crd.Name(), "must be spec.names.plural+\".\"+spec.group"));
        }

        if (string.IsNullOrEmpty(crd.Str("spec", "names", "kind")))
        {
            errors.Add(FieldError.Required("spec.names.kind"));
        }

        if (crd.Str("spec", "scope") is not ("Namespaced" or "Cluster"))
        {
            errors.Add(FieldError.NotSupported("spec.scope", crd.At("spec", "scope"), ["Cluster", "Namespaced"]));
        }

        if (crd.Str("spec", "conversion", "strategy") == "Webhook")
        {
            errors.Add(FieldError.Forbidden("spec.conversion.strategy",
                "conversion webhooks are not served by this cluster; use None"));
        }

        CheckVersions(crd, errors);
        if (old is not null && old.Str("spec", "scope") != crd.Str("spec", "scope"))
        {
            errors.Add(FieldError.Invalid("spec.scope", crd.At("spec", "scope"), "field is immutable"));
        }
    }

    private static void CheckVersions(JsonObject crd, List<FieldError> errors)
    {
        JsonArray? versions = crd.Arr("spec", "versions");
        if (versions.Objects().Count(version => version.Bool("storage")) != 1)
        {
            errors.Add(FieldError.Invalid("spec.versions", versions, "must have exactly one version marked as storage version"));
        }

        int index = 0;
        foreach (JsonObject version in versions.Objects())
        {
            string path = $"spec.versions[{index++}].schema.openAPIV3Schema";
            if (version.Obj("schema", "openAPIV3Schema") is not { } schema)
            {
                errors.Add(FieldError.Required(path, "schemas are required"));
                continue;
            }

            try
            {
                Schemas.CrdSchemas.Read(schema, new Schemas.Schema());
            }
            catch (RegexParseException bad)
            {
                errors.Add(FieldError.InvalidText(path, "pattern", bad.Message));
            }
        }
    }
}
