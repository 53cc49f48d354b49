namespace Lateen.Local.ApiServer.Patching;

using System.Text.Json.Nodes;

/// <summary>JSON merge patch (RFC 7386).</summary>
internal static class MergePatch
{
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach ((string key, JsonNode? value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject child)
            {
                if (target[key] is not JsonObject existing)
                {
                    target[key] = existing = [];
                }

                Apply(existing, child);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }
}
