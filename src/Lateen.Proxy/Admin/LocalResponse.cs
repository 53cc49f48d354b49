namespace Lateen.Proxy.Admin;

/// <summary>The proxy's own answer.</summary>
public sealed record LocalResponse(int Status, string Body, string ContentType = "text/plain; charset=UTF-8")
{
    public static LocalResponse Ok(string body = "") => new(200, body);

    public static LocalResponse Json(string body) => new(200, body, "application/json");

    public static LocalResponse NotFound(string body = "") => new(404, body);
}
