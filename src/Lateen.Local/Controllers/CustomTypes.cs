namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>The resource types that CustomResourceDefinitions add.</summary>
internal static class CustomTypes
{
    /// <summary>The type under its storage version, or null while the definition is not served.</summary>
    public static ResourceType? From(JsonObject definition)
    {
        if (definition.IsTerminating() || !Conditions.IsTrue(definition.Child("status"), "Established"))
        {
            return null;
        }

        JsonObject[] versions = [.. definition.Items("spec", "versions").Where(v => v.Flag("served"))];
        JsonObject? version = versions.FirstOrDefault(v => v.Flag("storage")) ?? versions.FirstOrDefault();
        return version is null
            ? null
            : new ResourceType(
                definition.Text("spec", "group") ?? "", version.Text("name") ?? "", definition.Text("spec", "names", "plural") ?? "",
                definition.Text("spec", "names", "kind") ?? "", definition.Text("spec", "scope") != "Cluster");
    }
}
