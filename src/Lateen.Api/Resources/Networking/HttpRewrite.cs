namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>Changes path or authority before forwarding.</summary>
[AtMostOne("uri", "uriRegexRewrite")]
public sealed record HttpRewrite
{
    [Description("Replaces the matched prefix, or the whole path of an exact match.")]
    public string Uri { get; init; } = "";

    [Description("The new host.")]
    public string Authority { get; init; } = "";

    [Description("Rewrites the path by regular expression.")]
    public RegexRewrite? UriRegexRewrite { get; init; }
}
