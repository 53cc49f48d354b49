namespace Lateen.Control.Registry;

/// <summary>Another name of a service: a Service of type ExternalName that points at it.</summary>
public sealed record ServiceAlias(string Host, string Name, string Namespace);
