namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A replacement of everything that an expression matches.</summary>
public sealed record RegexRewrite
{
    [Description("The RE2 expression; every part of the path that it matches is replaced.")]
    [Required]
    public string Match { get; init; } = "";

    [Description("What the part becomes; \\1 is the first group.")]
    public string Rewrite { get; init; } = "";
}
