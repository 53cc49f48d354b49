namespace Lateen.Api.Resources.Schemas;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lateen.Api.Names;

/// <summary>Reads the schema of a resource type from its properties and their attributes.</summary>
[RequiresUnreferencedCode("Reflects over resource types; not for AOT programs.")]
public static class SchemaReader
{
    public static SchemaNode Read(Type type)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum)
        {
            return new SchemaNode { Kind = SchemaKind.String, Enum = EnumNames(bare) };
        }

        if (Scalar(bare) is SchemaNode scalar)
        {
            return scalar;
        }

        if (bare.IsGenericType && bare.GetGenericTypeDefinition() == typeof(ValueList<>))
        {
            return new SchemaNode { Kind = SchemaKind.Array, Items = Read(bare.GetGenericArguments()[0]) };
        }

        if (bare.IsGenericType && bare.GetGenericTypeDefinition() == typeof(ValueMap<,>))
        {
            return new SchemaNode { Kind = SchemaKind.Map, Items = Read(bare.GetGenericArguments()[1]) };
        }

        return ReadObject(bare);
    }

    private static SchemaNode? Scalar(Type type)
    {
        if (type == typeof(JsonNode) || type == typeof(ObjectMeta))
        {
            return new SchemaNode { Kind = SchemaKind.Any };
        }

        if (type == typeof(string) || type == typeof(TimeSpan))
        {
            return new SchemaNode { Kind = SchemaKind.String, Format = type == typeof(TimeSpan) ? SchemaNode.Duration : "" };
        }

        if (type == typeof(DateTimeOffset))
        {
            return new SchemaNode { Kind = SchemaKind.String, Format = "date-time" };
        }

        if (type == typeof(bool))
        {
            return new SchemaNode { Kind = SchemaKind.Boolean };
        }

        if (type == typeof(double))
        {
            return new SchemaNode { Kind = SchemaKind.Number, Format = "double" };
        }

        bool isInteger = type == typeof(int) || type == typeof(long);
        return isInteger
            ? new SchemaNode { Kind = SchemaKind.Integer, Format = type == typeof(int) ? "int32" : "int64" }
            : null;
    }

    private static SchemaNode ReadObject(Type type)
    {
        var properties = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        var required = new List<string>();
        foreach (PropertyInfo property in PropertiesOf(type))
        {
            if (!property.CanWrite)
            {
                continue;
            }

            string name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            properties[name] = ReadProperty(property);
            if (property.GetCustomAttribute<RequiredAttribute>() is not null)
            {
                required.Add(name);
            }
        }

        return new SchemaNode
        {
            Kind = SchemaKind.Object,
            Properties = properties,
            Required = required,
            AtMostOne = [.. type.GetCustomAttributes<AtMostOneAttribute>().Select(attribute => attribute.Fields)],
        };
    }

    // What a type inherits comes first, as it would stand in one declaration; reflection has it last.
    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.BaseType is { } parent && parent != typeof(object)
        ? PropertiesOf(parent).Concat(type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        : type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static SchemaNode ReadProperty(PropertyInfo property)
    {
        SchemaNode node = Read(property.PropertyType);
        RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();
        double? maximum = range is null ? null : Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        AllowedValuesAttribute? allowed = property.GetCustomAttribute<AllowedValuesAttribute>();
        return node with
        {
            Enum = allowed is null ? node.Enum : [.. allowed.Values.OfType<string>()],
            Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "",
            NotYetEnforced = property.GetCustomAttribute<NotYetEnforcedAttribute>() is not null,
            Minimum = range is null ? null : Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture),
            Maximum = maximum >= int.MaxValue ? null : maximum,
        };
    }

    private static IReadOnlyList<string> EnumNames(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name)];
}
