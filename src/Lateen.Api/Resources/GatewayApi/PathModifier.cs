namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A new path, or a new beginning of it.</summary>
public sealed record PathModifier
{
    [Description("ReplaceFullPath or ReplacePrefixMatch.")]
    [Required]
    public string Type { get; init; } = "";

    [Description("The new path.")]
    public string? ReplaceFullPath { get; init; }

    [Description("What replaces the matched prefix.")]
    public string? ReplacePrefixMatch { get; init; }
}
