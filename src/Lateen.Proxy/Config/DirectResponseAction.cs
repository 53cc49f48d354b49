namespace Lateen.Proxy.Config;

/// <summary>Answers by itself.</summary>
public sealed record DirectResponseAction(int Status, string Body = "") : RouteAction;
