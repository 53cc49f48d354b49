namespace Lateen.Lateend.Webhooks;

using System.Text.Json.Nodes;

/// <summary>What a webhook decided: a patch or nothing, warnings, or a refusal with HTTP code and status reason.</summary>
internal sealed record AdmissionAnswer
{
    public static AdmissionAnswer Allow { get; } = new();

    public JsonArray? Patch { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public string? Refusal { get; init; }

    public int Code { get; init; } = 400;

    public string Reason { get; init; } = "BadRequest";
}
