namespace Lateen.Proxy.Xds.Reading;

using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Network;

/// <summary>Makes an observer of connections; null when the filter does nothing here or an error was noted.</summary>
public delegate NetworkFilterFactory? NetworkFilterReader(string name, Any config, string path, ReadContext context);
