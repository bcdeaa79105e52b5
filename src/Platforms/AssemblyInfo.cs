using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Signalbox.Platforms.Tests")]
