namespace Lateen.Proxy.Agent;

/// <summary>Which version this is, and which version of Istio's behaviour it claims.</summary>
public static class ProxyVersion
{
    public static string Number { get; } = typeof(ProxyVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
