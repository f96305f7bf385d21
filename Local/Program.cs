using CloudIa.Local.Hosting;

return await LocalRun.RunAsync(args);
