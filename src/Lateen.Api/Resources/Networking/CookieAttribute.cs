namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>An attribute of a cookie, such as SameSite=Strict.</summary>
public sealed record CookieAttribute
{
    [Description("The attribute.")]
    [Required]
    public string Name { get; init; } = "";

    [Description("Its value; none for flags such as Secure.")]
    public string Value { get; init; } = "";
}
