namespace Lateen.Proxy.Config;

/// <summary>The network filter that ends a chain: an HTTP connection manager or a TCP proxy.</summary>
public abstract record TerminalFilterConfig;
