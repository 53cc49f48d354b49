namespace Lateen.Control.Translation.Grpc;

using Lateen.Control.Translation.Routes;

/// <summary>Everything the routes of a dial target depend on.</summary>
internal sealed record GrpcRoutesInputs(string Name, RouteConfigurationInputs Routes);
