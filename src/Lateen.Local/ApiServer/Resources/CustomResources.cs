namespace Lateen.Local.ApiServer.Resources;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Schemas;
using Lateen.Local.Cluster;

/// <summary>Turns a CustomResourceDefinition into the resources it serves.</summary>
internal static class CustomResources
{
    public static IReadOnlyList<ResourceDefinition> Read(JsonObject crd, Schema objectMeta)
    {
        JsonObject spec = crd.Obj("spec") ?? [];
        JsonObject names = spec.Obj("names") ?? [];
        string group = spec.Str("group") ?? "";
        string kind = names.Str("kind") ?? "";
        var served = spec.Arr("versions").Objects().Where(version => version.Bool("served")).ToList();
        served.Sort((a, b) => VersionOrder.Compare(a.Str("name") ?? "", b.Str("name") ?? ""));
        return [.. served.Select(version => new ResourceDefinition
        {
            Type = new ResourceType(group, version.Str("name") ?? "", names.Str("plural") ?? "", kind,
                spec.Str("scope") != "Cluster"),
            Schema = CrdSchemas.Read(version.Obj("schema", "openAPIV3Schema"), objectMeta),
            Singular = names.Str("singular") ?? kind.ToLowerInvariant(),
            ListKind = names.Str("listKind") ?? $"{kind}List",
            ShortNames = [.. names.Arr("shortNames").Strings()],
            Categories = [.. names.Arr("categories").Strings()],
            HasStatus = version.Obj("subresources", "status") is not null,
            Scale = version.Obj("subresources", "scale") is { } scale ? ReadScale(scale) : null,
            PrinterColumns = version.Arr("additionalPrinterColumns"),
            SelectableFields = version.Arr("selectableFields"),
            IsCustom = true,
        })];
    }

    private static ScalePaths ReadScale(JsonObject scale)
    {
        return new ScalePaths(scale.Str("specReplicasPath")?.TrimStart('.') ?? "spec.replicas",
            scale.Str("statusReplicasPath")?.TrimStart('.') ?? "status.replicas", scale.Str("labelSelectorPath")?.TrimStart('.'));
    }
}
