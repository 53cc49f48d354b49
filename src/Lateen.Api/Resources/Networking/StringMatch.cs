namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>A condition on a text: equal, beginning with, or wholly matched by a regular expression.</summary>
[AtMostOne("exact", "prefix", "regex")]
public sealed record StringMatch
{
    [Description("The text must be equal.")]
    public string? Exact { get; init; }

    [Description("The text must begin with this.")]
    public string? Prefix { get; init; }

    [Description("The whole text must match this RE2 regular expression.")]
    public string? Regex { get; init; }
}
