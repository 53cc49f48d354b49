namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Schemas;

/// <summary>
/// Reads a body into the shape of its kind, as Kubernetes' decoders do: unknown fields are found and dropped, wrong types
/// refused for
/// built-in kinds (custom kinds leave them to schema validation), nulls dropped for built-in kinds.
/// </summary>
internal sealed class ObjectDecoder(ResourceDefinition resource)
{
    private readonly List<string> unknown = [];
    private string? mismatch;

    /// <summary>Changes the object in place and answers the strict decoding errors; throws for a wrong type.</summary>
    public IReadOnlyList<string> Decode(JsonObject obj, IReadOnlyList<string> duplicates)
    {
        Walk(resource.Schema, obj, "", "");
        if (mismatch is not null)
        {
            throw CannotBeHandled(mismatch);
        }

        return [.. duplicates.Select(path => $"duplicate field \"{path}\""), .. unknown
            .Select(path => $"unknown field \"{path}\"")];
    }

    /// <summary>Applies the request's fieldValidation to what <see cref="Decode"/> found.</summary>
    public void Enforce(IReadOnlyList<string> problems, RequestContext context)
    {
        if (problems.Count == 0 || context.FieldValidation == FieldValidationMode.Ignore)
        {
            return;
        }

        if (context.FieldValidation == FieldValidationMode.Strict)
        {
            throw CannotBeHandled($"strict decoding error: {string.Join(", ", problems)}");
        }

        foreach (string problem in problems)
        {
            context.Warn(problem);
        }
    }

    private Cluster.ApiException CannotBeHandled(string why)
    {
        return ApiErrors.BadRequest(
            $"{resource.Type.Kind} in version \"{resource.Type.Version}\" cannot be handled as a {resource.Type.Kind}: {why}");
    }

    private void Walk(Schema schema, JsonNode node, string path, string goPath)
    {
        switch (node)
        {
            case JsonObject obj:
                WalkObject(schema, obj, path, goPath);
                break;
            case JsonArray array when schema.Kind == SchemaKind.Array && schema.Items is not null:
                for (int i = 0; i < array.Count; i++)
                {
                    Check(schema.Items, array[i], schema.TypeName, $"{path}[{i}]", goPath);
                }

                break;
        }
    }

    private void WalkObject(Schema schema, JsonObject obj, string path, string goPath)
    {
        if (schema.Kind is not (SchemaKind.Object or SchemaKind.Map))
        {
            return;
        }

        foreach ((string name, JsonNode? value) in obj.ToList())
        {
            string child = path.Length == 0 ? name : $"{path}.{name}";
            Schema? member = schema.Member(name);
            if (member is null)
            {
                if (!schema.PreserveUnknown && !IsTypeMeta(schema, path, name))
                {
                    unknown.Add(child);
                    obj.Remove(name);
                }

                continue;
            }

            // Metadata is Kubernetes' own type in custom resources too.
            bool native = !resource.IsCustom || path.StartsWith("metadata", StringComparison.Ordinal);
            if (value is null)
            {
                if ((native && schema.Kind == SchemaKind.Object) || (member.Default is not null && !member.Nullable))
                {
                    obj.Remove(name);
                }

                continue;
            }

            string childGo = goPath.Length == 0 ? name : $"{goPath}.{name}";
            Check(member, value, schema.TypeName, child, childGo);
        }
    }

    private static bool IsTypeMeta(Schema schema, string path, string name)
    {
        return (path.Length == 0 || schema.EmbeddedResource) && name is "apiVersion" or "kind" or "metadata";
    }

    private void Check(Schema schema, JsonNode? value, string owner, string path, string goPath)
    {
        if (value is null)
        {
            return;
        }

        bool native = !resource.IsCustom || path.StartsWith("metadata", StringComparison.Ordinal);
        if (native && mismatch is null && !Fits(schema, value))
        {
            string found = value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.Number
                && schema.Kind == SchemaKind.Integer
                ? $"number {scalar.ToJsonString()}" : KindName(value);
            mismatch = $"json: cannot unmarshal {found} into Go struct field {owner}.{goPath} of type {GoType(schema)}";
            return;
        }

        Walk(schema, value, path, goPath);
    }

    private static bool Fits(Schema schema, JsonNode value)
    {
        JsonValueKind kind = value.GetValueKind();
        return schema.Kind switch
        {
            SchemaKind.Object or SchemaKind.Map => kind == JsonValueKind.Object,
            SchemaKind.Array => kind == JsonValueKind.Array,
            SchemaKind.String => kind == JsonValueKind.String,
            SchemaKind.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
            SchemaKind.Integer => kind == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out long number)
                && (schema.Format != "int32" || number is >= int.MinValue and <= int.MaxValue),
            SchemaKind.Number => kind == JsonValueKind.Number,
            SchemaKind.IntOrString or SchemaKind.Quantity => kind is JsonValueKind.Number or JsonValueKind.String,
            _ => true,
        };
    }

    private static string KindName(JsonNode value)
    {
        return value.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            _ => "bool",
        };
    }

    private static string GoType(Schema schema)
    {
        return schema.Kind switch
        {
            SchemaKind.Object => $"v1.{schema.TypeName}",
            SchemaKind.Array when schema.Items?.Kind == SchemaKind.Object => $"[]v1.{schema.Items.TypeName}",
            SchemaKind.IntOrString => "intstr.IntOrString",
            SchemaKind.Quantity => "resource.Quantity",
            _ => schema.TypeName,
        };
    }
}
