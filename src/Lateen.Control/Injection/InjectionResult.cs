namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>What the webhook answers: an RFC 6902 patch, or none when the pod is left alone; a refusal carries the reason.</summary>
public sealed record InjectionResult(JsonArray? Patch, IReadOnlyList<string> Warnings, string? Refusal)
{
    public static InjectionResult Skip { get; } = new(null, [], null);

    public static InjectionResult Refuse(string reason) => new(null, [], reason);
}
