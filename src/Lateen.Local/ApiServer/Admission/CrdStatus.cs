namespace Lateen.Local.ApiServer.Admission;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>A CRD is established as soon as it is stored: there is no second server to wait for.</summary>
internal static class CrdStatus
{
    public static void Establish(JsonObject crd, JsonObject? old)
    {
        JsonObject status = crd.Ensure("status");
        status["acceptedNames"] = crd.At("spec", "names")?.DeepClone();
        var versions = old.Arr("status", "storedVersions").Strings().ToList();
        string? storage = crd.Arr("spec", "versions").Objects().FirstOrDefault(version => version.Bool("storage")).Str("name");
        if (storage is not null && !versions.Contains(storage))
        {
            versions.Add(storage);
        }

        status["storedVersions"] = versions.ToJsonArray();
        string since = old.Arr("status", "conditions").Objects().FirstOrDefault().Str("lastTransitionTime")
            ?? crd.Str("metadata", "creationTimestamp") ?? "";
        status["conditions"] = new JsonArray
        {
            Condition("NamesAccepted", "NoConflicts", "no conflicts found", since),
            Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", since),
        };
    }

    private static JsonObject Condition(string type, string reason, string message, string since)
    {
        return new JsonObject
        {
            ["lastTransitionTime"] = since, ["message"] = message, ["reason"] = reason, ["status"] = "True", ["type"] = type,
        };
    }
}
