return await Signalbox.Api.Hosting.CommandLine.Run(args);
