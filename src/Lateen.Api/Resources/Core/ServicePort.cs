namespace Lateen.Api.Resources.Core;

/// <summary>A port of a Service.</summary>
public sealed record ServicePort
{
    public string Name { get; init; } = "";

    public int Port { get; init; }

    public IntOrString TargetPort { get; init; }

    public string Protocol { get; init; } = "";

    public string AppProtocol { get; init; } = "";

    public int NodePort { get; init; }
}
