namespace Lateen.Api.Resources.Schemas;

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.GatewayApi;

/// <summary>Makes CustomResourceDefinitions from resource types.</summary>
[RequiresUnreferencedCode("Reflects over resource types; not for AOT programs.")]
public static class CrdGenerator
{
    /// <summary>Every definition that this version installs: kinds without effect are not among them.</summary>
    public static IReadOnlyList<JsonObject> GenerateAll() => [.. KnownResources.All.Select(Generate)];

    /// <summary>The definitions of the Kubernetes Gateway API, for clusters that do not have them yet.</summary>
    public static IReadOnlyList<JsonObject> GenerateGatewayApi() => [.. KnownResources.GatewayApi.Select(Generate)];

    public static JsonObject Generate(Type type)
    {
        CustomResourceAttribute resource = type.GetCustomAttribute<CustomResourceAttribute>()
            ?? throw new ArgumentException($"{type.Name} is no custom resource", nameof(type));
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = resource.Group == GatewayApiGroup.Name ? MetadataOfGatewayApi(resource) : Metadata(resource),
            ["spec"] = new JsonObject
            {
                ["group"] = resource.Group,
                ["names"] = Names(resource),
                ["scope"] = resource.ClusterScoped ? "Cluster" : "Namespaced",
                ["versions"] = new JsonArray(
                    [.. resource.Versions.Select((version, i) => Version(type, version, isStored: i == 0))]),
            },
        };
    }

    private static JsonObject Metadata(CustomResourceAttribute resource) => new()
    {
        // Helm keeps the definitions when the chart is removed, and with them the user's objects (as Istio does).
        ["annotations"] = new JsonObject { ["helm.sh/resource-policy"] = "keep" },
        ["labels"] = new JsonObject
        {
            ["app"] = "istio-pilot",
            ["chart"] = "istio",
            ["heritage"] = "Tiller",
            ["release"] = "istio",
        },
        ["name"] = $"{resource.Plural}.{resource.Group}",
    };

    private static JsonObject MetadataOfGatewayApi(CustomResourceAttribute resource) => new()
    {
        ["annotations"] = new JsonObject
        {
            // Kubernetes takes definitions of groups below k8s.io only with this annotation.
            ["api-approved.kubernetes.io"] = "unapproved, written by Lateen for clusters without the upstream definitions",
            ["gateway.networking.k8s.io/bundle-version"] = GatewayApiGroup.BundleVersion,
            ["gateway.networking.k8s.io/channel"] = "experimental",
            ["helm.sh/resource-policy"] = "keep",
        },
        ["name"] = $"{resource.Plural}.{resource.Group}",
    };

    private static JsonObject Names(CustomResourceAttribute resource)
    {
        var names = new JsonObject
        {
            ["categories"] = resource.Group == GatewayApiGroup.Name
                ? new JsonArray("gateway-api")
                : new JsonArray("istio-io", resource.Group.Replace('.', '-')),
            ["kind"] = resource.Kind,
            ["listKind"] = resource.Kind + "List",
            ["plural"] = resource.Plural,
        };
        if (resource.ShortNames.Length > 0)
        {
            names["shortNames"] = new JsonArray([.. resource.ShortNames.Select(name => JsonValue.Create(name))]);
        }

        names["singular"] = resource.Kind.ToLowerInvariant();
        return names;
    }

    private static JsonObject Version(Type type, string version, bool isStored)
    {
        var result = new JsonObject();
        if (Columns(type) is { Count: > 0 } columns)
        {
            result["additionalPrinterColumns"] = columns;
        }

        result["name"] = version;
        result["schema"] = new JsonObject { ["openAPIV3Schema"] = RootSchema(type) };
        result["served"] = true;
        result["storage"] = isStored;
        result["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        return result;
    }

    private static JsonArray Columns(Type type)
    {
        var columns = new JsonArray();
        foreach (PrinterColumnAttribute column in type.GetCustomAttributes<PrinterColumnAttribute>())
        {
            columns.Add((JsonNode)new JsonObject
            {
                ["description"] = column.Description,
                ["jsonPath"] = column.JsonPath,
                ["name"] = column.Name,
                ["type"] = column.Type,
            });
        }

        // Without columns of its own, a kind has the API server's name and age.
        if (columns.Count > 0)
        {
            columns.Add((JsonNode)new JsonObject
            {
                ["description"] = "When the object was created.",
                ["jsonPath"] = ".metadata.creationTimestamp",
                ["name"] = "Age",
                ["type"] = "date",
            });
        }

        return columns;
    }

    private static JsonObject RootSchema(Type type)
    {
        SchemaNode schema = SchemaReader.Read(type);
        var properties = new JsonObject();
        foreach (string name in (string[])["spec", "status"])
        {
            JsonObject child = OpenApiSchema.From(schema.Properties[name]);
            if (name == "status")
            {
                // Other tools write their own facts here.
                child["x-kubernetes-preserve-unknown-fields"] = true;
            }

            properties[name] = child;
        }

        return new JsonObject { ["properties"] = properties, ["type"] = "object" };
    }
}
