namespace Lateen.Proxy.Xds.Reading;

using Google.Protobuf.WellKnownTypes;

/// <summary>Makes the object that a filter finds on a route; null when an error was noted.</summary>
public delegate object? RouteFilterReader(Any config, string path, ReadContext context);
