namespace Lateen.Local.ApiServer.Schemas;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>Writes the schemas of one group version as an OpenAPI document (v3, or v2 for old clients).</summary>
internal sealed class OpenApiWriter(string refPrefix)
{
    private readonly JsonObject components = [];

    public static JsonObject Version3(IReadOnlyList<ResourceDefinition> resources, Schema objectMeta)
    {
        var writer = new OpenApiWriter("#/components/schemas/");
        JsonObject paths = writer.WriteAll(resources, objectMeta);
        return new JsonObject
        {
            ["openapi"] = "3.0.0", ["info"] = Info(), ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = writer.components },
        };
    }

    public static JsonObject Version2(IReadOnlyList<ResourceDefinition> resources, Schema objectMeta)
    {
        var writer = new OpenApiWriter("#/definitions/");
        JsonObject paths = writer.WriteAll(resources, objectMeta);
        return new JsonObject { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = paths, ["definitions"] = writer.components };
    }

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = "v1.34.0" };

    private JsonObject WriteAll(IReadOnlyList<ResourceDefinition> resources, Schema objectMeta)
    {
        Component(objectMeta);
        var paths = new JsonObject();
        foreach (ResourceDefinition resource in resources)
        {
            string name = Root(resource);
            AddPaths(paths, resource, name);
        }

        return paths;
    }

    private string Root(ResourceDefinition resource)
    {
        string group = resource.Type.Group.Length == 0 ? "core" : resource.Type.Group;
        string name = resource.IsCustom
            ? $"{string.Join('.', group.Split('.').Reverse())}.{resource.Type.Version}.{resource.Type.Kind}"
                : resource.Schema.ComponentName;
        JsonObject schema;
        if (resource.IsCustom)
        {
            schema = resource.Schema.Source?.CloneObject() ?? new JsonObject { ["type"] = "object" };
            JsonObject properties = schema.Ensure("properties");
            properties["apiVersion"] = new JsonObject { ["type"] = "string" };
            properties["kind"] = new JsonObject { ["type"] = "string" };
            properties["metadata"] = Reference("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
            components[name] = schema;
        }
        else
        {
            Component(resource.Schema);
            schema = (JsonObject)(components[name] ?? new JsonObject());
        }

        schema["x-kubernetes-group-version-kind"] = new JsonArray { Gvk(resource) };
        return name;
    }

    private void AddPaths(JsonObject paths, ResourceDefinition resource, string schema)
    {
        string root = resource.Type.Group.Length == 0 ? $"/api/{resource.Type.Version}" : $"/apis/{resource.Type.ApiVersion}";
        string scope = resource.Type.Namespaced ? $"{root}/namespaces/{{namespace}}" : root;
        string collection = $"{scope}/{resource.Type.Plural}";
        paths[collection] = resource.CreateOnly
            ? new JsonObject { ["post"] = Operation(resource, "post", schema) }
            : new JsonObject { ["get"] = Operation(resource, "list", schema), ["post"] = Operation(resource, "post", schema) };
        if (resource.CreateOnly)
        {
            return;
        }

        paths[$"{collection}/{{name}}"] = new JsonObject
        {
            ["get"] = Operation(resource, "get", schema), ["put"] = Operation(resource, "put", schema),
            ["patch"] = Operation(resource, "patch", schema), ["delete"] = Operation(resource, "delete", schema),
        };
    }

    private JsonObject Operation(ResourceDefinition resource, string action, string schema)
    {
        var operation = new JsonObject
        {
            ["operationId"] = $"{action}{resource.Type.Kind}",
            ["responses"] = new JsonObject { ["200"] = new JsonObject
            {
                ["description"] = "OK",
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference(schema) } },
            } },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Gvk(resource),
        };
        if (action is "post" or "put" or "patch")
        {
            var parameters = new JsonArray();
            foreach (string name in (string[])["dryRun", "fieldManager", "fieldValidation"])
            {
                parameters.Add(new JsonObject
                {
                    ["name"] = name, ["in"] = "query", ["schema"] =
                        new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
                });
            }

            operation["parameters"] = parameters;
        }

        return operation;
    }

    private static JsonObject Gvk(ResourceDefinition resource)
    {
        return new JsonObject
        {
            ["group"] = resource.Type.Group, ["version"] = resource.Type.Version, ["kind"] = resource.Type.Kind,
        };
    }

    private void Component(Schema schema)
    {
        if (components.ContainsKey(schema.ComponentName))
        {
            return;
        }

        var written = new JsonObject { ["type"] = "object" };
        components[schema.ComponentName] = written;
        var properties = new JsonObject();
        foreach ((string name, Schema member) in schema.Properties)
        {
            properties[name] = Inline(member);
        }

        written["properties"] = properties;
        if (schema.Required.Count > 0)
        {
            written["required"] = schema.Required.ToJsonArray();
        }

        if (schema.AtomicMap)
        {
            written["x-kubernetes-map-type"] = "atomic";
        }
    }

    private JsonObject Inline(Schema schema)
    {
        switch (schema.Kind)
        {
            case SchemaKind.Object:
                Component(schema);
                return new JsonObject { ["allOf"] = new JsonArray { Reference(schema.ComponentName) }, ["default"] =
                    new JsonObject() };
            case SchemaKind.Map:
                var map = new JsonObject
                {
                    ["type"] = "object", ["additionalProperties"] = schema.Values is null ? new JsonObject()
                        : Inline(schema.Values),
                };
                return schema.AtomicMap ? With(map, "x-kubernetes-map-type", "atomic") : map;
            case SchemaKind.Array:
                return InlineList(schema);
            case SchemaKind.IntOrString:
                return new JsonObject
                {
                    ["oneOf"] = new JsonArray { new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" } },
                    ["format"] = "int-or-string",
                };
            case SchemaKind.Quantity:
                return new JsonObject
                {
                    ["oneOf"] = new JsonArray { new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "number" } },
                };
            case SchemaKind.Any:
                return [];
            default:
                var scalar = new JsonObject { ["type"] = schema.Kind.ToString().ToLowerInvariant() };
                return schema.Format is { } format ? With(scalar, "format", format) : scalar;
        }
    }

    private JsonObject InlineList(Schema schema)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = schema.Items is null ? new JsonObject()
            : Inline(schema.Items) };
        list["x-kubernetes-list-type"] = schema.ListType ?? "atomic";
        if (schema.ListMapKeys.Count > 0)
        {
            list["x-kubernetes-list-map-keys"] = schema.ListMapKeys.ToJsonArray();
        }

        if (schema.PatchMergeKey is { } key)
        {
            list["x-kubernetes-patch-merge-key"] = key;
        }

        return schema.PatchStrategy is { } strategy ? With(list, "x-kubernetes-patch-strategy", strategy) : list;
    }

    private JsonObject Reference(string name) => new() { ["$ref"] = refPrefix + name };

    private static JsonObject With(JsonObject obj, string name, string value)
    {
        obj[name] = value;
        return obj;
    }
}
