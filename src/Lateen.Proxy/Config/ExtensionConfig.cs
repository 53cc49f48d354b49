namespace Lateen.Proxy.Config;

using Lateen.Proxy.Http;

/// <summary>A filter's configuration that came on its own; null when it does nothing here.</summary>
internal sealed record ExtensionConfig(string Name, HttpFilterFactory? Factory);
