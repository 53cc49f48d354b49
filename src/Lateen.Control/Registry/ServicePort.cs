namespace Lateen.Control.Registry;

/// <summary>One port of a service.</summary>
/// <param name="Number">The port clients call.</param>
/// <param name="Name">Its name, which endpoint slices repeat; empty when there is only one.</param>
/// <param name="TargetPort">The port of the workload: a number or the name of a container port.</param>
/// <param name="Protocol">What is spoken on it.</param>
public sealed record ServicePort(int Number, string Name, string TargetPort, ServiceProtocol Protocol);
