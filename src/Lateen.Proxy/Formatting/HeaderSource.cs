namespace Lateen.Proxy.Formatting;

/// <summary>Whose headers an operator reads.</summary>
internal enum HeaderSource : byte
{
    Request,
    Response,
    Trailers,
}
