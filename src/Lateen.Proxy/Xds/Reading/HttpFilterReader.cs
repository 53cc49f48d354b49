namespace Lateen.Proxy.Xds.Reading;

using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;

/// <summary>Makes a filter's factory from its configuration; null when the filter does nothing here or an error was noted.</summary>
public delegate HttpFilterFactory? HttpFilterReader(string name, Any config, string path, ReadContext context);
