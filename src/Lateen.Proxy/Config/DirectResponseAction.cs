namespace Lateen.Proxy.Config;

/// <summary>Answers by itself.</summary>
public sealed record DirectResponseAction(int Status, ReadOnlyMemory<byte> Body) : RouteAction
{
    public DirectResponseAction(int status, string body = "")
        : this(status, System.Text.Encoding.UTF8.GetBytes(body))
    {
    }
}
