namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

/// <summary>A cookie that keeps a client at one workload.</summary>
public sealed record HttpCookie
{
    [Description("The cookie's name.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("The path that the cookie is set for.")]
    public string Path { get; init; } = "";

    [Description("How long the cookie lives, 0s for the session; without it no cookie is made.")]
    public TimeSpan? Ttl { get; init; }

    [Description("Further attributes of the cookie.")]
    public ValueList<CookieAttribute> Attributes { get; init; } = [];
}
