namespace Lateen.Api.Resources;

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

/// <summary>Reads resources from JSON and writes them: camelCase, unknown fields ignored, defaults left out.</summary>
[RequiresUnreferencedCode("Reflects over resource types; not for AOT programs.")]
[RequiresDynamicCode("Reflects over resource types; not for AOT programs.")]
public static class ResourceJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new DurationConverter() },
    };

    public static T Read<T>(JsonNode node)
        where T : class =>
        node.Deserialize<T>(Options) ?? throw new JsonException($"a {typeof(T).Name} must not be null");

    public static T Read<T>(string json)
        where T : class =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"a {typeof(T).Name} must not be null");

    /// <summary>Reads without throwing: what does not fit the type is told in <paramref name="error"/> with its path.</summary>
    public static bool TryRead<T>(JsonNode? node, [NotNullWhen(true)] out T? value, out string error)
        where T : class
    {
        value = null;
        error = node is null ? "there is no value" : "";
        try
        {
            value = node?.Deserialize<T>(Options);
        }
        catch (JsonException problem)
        {
            error = $"{problem.Path?.TrimStart('$', '.')}: {problem.Message.Split(" Path:")[0]}";
        }

        return value is not null;
    }

    public static JsonObject Write<T>(T value)
        where T : class =>
        JsonSerializer.SerializeToNode(value, Options) as JsonObject ?? [];
}
