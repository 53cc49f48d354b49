namespace Lateen.Proxy.Xds.Reading;

using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;

/// <summary>Makes an access logger; null when an error was noted.</summary>
public delegate AccessLogger? AccessLoggerReader(Any config, string path, ReadContext context);
