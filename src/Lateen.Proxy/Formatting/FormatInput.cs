namespace Lateen.Proxy.Formatting;

using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>What an operator may read.</summary>
public readonly record struct FormatInput(StreamInfo Info, HeaderMap? Request, HeaderMap? Response);
