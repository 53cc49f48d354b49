namespace Lateen.Local.ApiServer.Schemas;

using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s.Models;

/// <summary>Derives the schemas of the built-in kinds from the client library's model classes.</summary>
internal sealed partial class BuiltInSchemas
{
    private readonly Dictionary<Type, Schema> known = [];

    /// <summary>Every named schema so far, for OpenAPI.</summary>
    public IEnumerable<Schema> Named => known.Values;

    public Schema For(Type model)
    {
        if (known.TryGetValue(model, out Schema? found))
        {
            return found;
        }

        string typeName = VersionPrefix().Replace(model.Name, "");
        var schema = new Schema { Kind = SchemaKind.Object, TypeName = typeName, ComponentName = ComponentName(model) };
        known[model] = schema;
        foreach (PropertyInfo property in model.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>() is not { } named)
            {
                continue;
            }

            Schema member = ForMember(property.PropertyType, model, named.Name);
            SchemaTables.Annotate(member, typeName, named.Name);
            schema.Properties[named.Name] = member;
            if (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null)
            {
                schema.Required.Add(named.Name);
            }
        }

        schema.AtomicMap = SchemaTables.AtomicTypes.Contains(typeName);
        return schema;
    }

    private Schema ForMember(Type type, Type owner, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return new Schema { Kind = SchemaKind.String, TypeName = "string" };
        }

        if (type == typeof(bool))
        {
            return new Schema { Kind = SchemaKind.Boolean, TypeName = "bool" };
        }

        if (type == typeof(int) || type == typeof(long))
        {
            string width = type == typeof(int) ? "int32" : "int64";
            return new Schema { Kind = SchemaKind.Integer, TypeName = width, Format = width };
        }

        if (type == typeof(double) || type == typeof(float))
        {
            return new Schema { Kind = SchemaKind.Number, TypeName = "float64", Format = "double" };
        }

        if (type == typeof(DateTime) || type == typeof(DateTimeOffset))
        {
            return new Schema { Kind = SchemaKind.String, TypeName = "Time", Format = "date-time", Nullable = true };
        }

        if (type == typeof(byte[]))
        {
            return new Schema { Kind = SchemaKind.String, TypeName = "[]uint8", Format = "byte" };
        }

        if (type == typeof(IntOrString) || type.Name.StartsWith("IntOrString", StringComparison.Ordinal))
        {
            return new Schema { Kind = SchemaKind.IntOrString, TypeName = "IntOrString", Format = "int-or-string" };
        }

        if (type.Name.StartsWith("ResourceQuantity", StringComparison.Ordinal))
        {
            return new Schema { Kind = SchemaKind.Quantity, TypeName = "Quantity" };
        }

        return ForComposite(type, owner, name);
    }

    private Schema ForComposite(Type type, Type owner, string name)
    {
        if (type.IsGenericType && type.GetGenericArguments() is [Type item])
        {
            Schema items = ForMember(item, owner, name);
            return new Schema { Kind = SchemaKind.Array, TypeName = $"[]{items.TypeName}", Items = items };
        }

        if (type.IsGenericType && type.GetGenericArguments() is [_, Type value])
        {
            Schema values = ForMember(value, owner, name);
            return new Schema { Kind = SchemaKind.Map, TypeName = $"map[string]{values.TypeName}", Values = values };
        }

        if (type == typeof(object) || type.Namespace != typeof(V1Pod).Namespace)
        {
            return new Schema { Kind = SchemaKind.Any, PreserveUnknown = true };
        }

        return For(type);
    }

    private static string ComponentName(Type model)
    {
        return model.Name switch
        {
            nameof(V1ObjectMeta) => "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
            nameof(V1LabelSelector) => "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
            _ => $"io.k8s.api.{VersionPrefix().Match(model.Name).Value.ToLowerInvariant()}."
                + VersionPrefix().Replace(model.Name, ""),
        };
    }

    [GeneratedRegex("^(V[0-9]+((alpha|beta)[0-9]+)?|[A-Z][a-z]+[vV][0-9]+)(?=[A-Z])")]
    private static partial Regex VersionPrefix();
}
